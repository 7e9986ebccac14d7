// The lists of findings and agents: filtered, paged, and opened one at a time.
// Everything that comes from the data is set as text, never as markup. What is
// open stands in the fragment of the address, so that the browser's own way back
// works, and links can be sent.
(function () {
  "use strict";
  var pageSize = 50, printLimit = 2000;
  var root = document.documentElement;
  root.classList.add("js");

  function get(id) { return document.getElementById(id); }
  var data = JSON.parse(get("data").textContent);
  var statuses = ["fail", "unknown", "manual", "waived", "pass", "notApplicable"];
  var words = { notApplicable: "n/a" };

  function make(tag, className, text) {
    var e = document.createElement(tag);
    if (className) e.className = className;
    if (text !== undefined) e.textContent = text;
    return e;
  }
  function link(href, className, text) {
    var a = make("a", className, text);
    a.href = href;
    return a;
  }
  function portalLink(address) {
    if (!/^https:\/\//.test(address || "")) return null;
    var a = link(address, "quiet", "Open in the Entra admin center ↗");
    a.target = "_blank";
    a.rel = "noopener noreferrer";
    return a;
  }
  function plural(n, noun) { return n.toLocaleString("en") + " " + noun + (n === 1 ? "" : "s"); }
  function severity(f) { return data.severities[f.v]; }
  function rule(f) { return data.rules[f.r]; }
  function check(f) { return data.checks[rule(f).check]; }
  function resourceKey(f) { return f.t + "/" + f.i; }
  function place(f) { return f.e && f.e[0] && f.e[0].f || ""; }
  function statusTag(s) { return make("span", "tag s-" + s, words[s] || s); }
  function severityTag(f) { return make("span", "sev sev-" + severity(f), severity(f)); }

  // Reading order: failing first, the most severe of them first.
  data.findings.forEach(function (f, n) { f.n0 = n; f.rank = statuses.indexOf(f.s) * 10 + f.v; });
  data.findings.sort(function (a, b) { return a.rank - b.rank || a.n0 - b.n0; });
  data.findings.forEach(function (f) {
    f.text = [f.n, f.i, f.k, f.m, f.t, rule(f).id, rule(f).title, check(f).line, f.w]
      .concat((f.e || []).map(function (e) { return [e.f, e.p, e.o, e.x].join(" "); }))
      .join(" ").toLowerCase();
  });

  var byKey = new Map();
  data.findings.forEach(function (f) {
    var key = resourceKey(f);
    if (!byKey.has(key)) byKey.set(key, []);
    byKey.get(key).push(f);
  });

  // Agents, and the objects by which their findings are found.
  var dossiers = data.dossiers, agents = dossiers ? dossiers.agents : [], agentByID = new Map(), objects = new Map();
  var levels = ["none", "low", "medium", "high"], answers = { y: "blocked", n: "not blocked", u: "not known" };
  if (dossiers) dossiers.objects.forEach(function (o) { o.agents = []; objects.set(o.k, o); });
  function facetName(kind, i) { return i < 0 ? "" : dossiers.facets[kind][i].n; }
  agents.forEach(function (a) {
    agentByID.set(a.i, a);
    a.findings = [];
    a.o.forEach(function (at) {
      var o = dossiers.objects[at];
      o.agents.push(a);
      a.findings = a.findings.concat(byKey.get(o.k) || []);
    });
    a.findings.sort(function (x, y) { return x.rank - y.rank || x.n0 - y.n0; });
    a.counts = countByStatus(a.findings);
    a.text = [a.n, a.i, a.s, facetName(0, a.b), facetName(1, a.m)]
      .concat(a.p.map(function (i) { return facetName(2, i); })).join(" ").toLowerCase();
  });
  agents.sort(function (a, b) {
    return (a.findings.length ? a.findings[0].rank : 99) - (b.findings.length ? b.findings[0].rank : 99) ||
      (b.counts.fail || 0) - (a.counts.fail || 0) || (a.n < b.n ? -1 : a.n > b.n ? 1 : 0);
  });

  function countByStatus(findings) {
    var counts = {};
    findings.forEach(function (f) { counts[f.s] = (counts[f.s] || 0) + 1; });
    return counts;
  }
  function countWords(counts) {
    return statuses.filter(function (s) { return counts[s]; })
      .map(function (s) { return counts[s] + " " + (words[s] || s); }).join(", ");
  }

  // Filters.
  var q = get("q"), fCheck = get("f-check"), fSeverity = get("f-severity"), fStatus = get("f-status"), fType = get("f-type");
  var fFacets = ["f-blueprint", "f-maker", "f-sponsor"].map(get);
  var ruleFilter = "", page = 0, shown = [];
  function view() { return get("filters").elements.view.value; }

  function options(select, values, label) {
    values.forEach(function (v) {
      var o = make("option", "", label ? label(v) : v);
      o.value = v;
      select.appendChild(o);
    });
  }
  function present(of) {
    var seen = {};
    data.findings.forEach(function (f) { seen[of(f)] = true; });
    return seen;
  }
  var checksPresent = present(function (f) { return rule(f).check; });
  options(fCheck, Object.keys(checksPresent).map(Number).sort(function (a, b) { return a - b; }), function (i) {
    return (data.checks[i].tag + " " + data.checks[i].line).trim();
  });
  var severitiesPresent = present(severity), statusesPresent = present(function (f) { return f.s; });
  options(fSeverity, data.severities.filter(function (s) { return severitiesPresent[s]; }));
  options(fStatus, statuses.filter(function (s) { return statusesPresent[s]; }), function (s) { return words[s] || s; });
  options(fType, Object.keys(present(function (f) { return f.t; })).sort());

  // Facets: an object matches by its place in the list, or by what is not known.
  function option(select, value, text) {
    var o = make("option", "", text);
    o.value = value;
    select.appendChild(o);
  }
  if (dossiers) {
    var things = agents.concat(dossiers.objects.filter(function (o) { return o.b !== -2; }));
    fFacets.forEach(function (select, kind) {
      var names = {}, seen = {};
      things.forEach(function (o) { (kind === 2 ? o.p : [kind ? o.m : o.b]).forEach(function (i) { seen[i] = true; }); });
      var list = dossiers.facets[kind].map(function (f, i) { names[f.n] = (names[f.n] || 0) + 1; return { f: f, i: i }; })
        .filter(function (x) { return seen[x.i]; });
      list.sort(function (a, b) { return a.f.n.localeCompare(b.f.n, "en") || (a.f.i < b.f.i ? -1 : 1); });
      list.forEach(function (x) { option(select, x.i, x.f.n + (names[x.f.n] > 1 && x.f.i ? " · " + x.f.i.slice(0, 8) : "")); });
      if (kind < 2 && seen[-1]) option(select, -1, "(not known)");
      if (kind < 2) return;
      if (things.some(function (o) { return !o.u && !o.p.length; })) option(select, "none", "(no sponsor)");
      if (things.some(function (o) { return o.u; })) option(select, "unread", "(not read)");
    });
  }
  function hasFacets(o) {
    return fFacets.every(function (select, kind) {
      if (!select || !select.value) return true;
      if (!o || o.b === -2) return false;
      if (select.value === "none") return !o.u && !o.p.length;
      if (select.value === "unread") return Boolean(o.u);
      var i = Number(select.value);
      return kind === 0 ? o.b === i : kind === 1 ? o.m === i : o.p.indexOf(i) >= 0;
    });
  }

  function matches(f, terms) {
    return hasFacets(objects.get(resourceKey(f))) && matchesItself(f, terms);
  }
  function matchesItself(f, terms) {
    return (!fCheck.value || rule(f).check === Number(fCheck.value)) &&
      (!fSeverity.value || severity(f) === fSeverity.value) &&
      (!fStatus.value || f.s === fStatus.value) &&
      (!fType.value || f.t === fType.value) &&
      (!ruleFilter || rule(f).id === ruleFilter) &&
      terms.every(function (t) { return f.text.indexOf(t) >= 0; });
  }

  function terms() { return q.value.toLowerCase().split(/\s+/).filter(Boolean); }
  function filtered() {
    var searched = terms();
    return data.findings.filter(function (f) { return matches(f, searched); });
  }
  // An agent is listed for what it is, and for its findings.
  function filteredAgents() {
    var searched = terms(), byFinding = Boolean(fCheck.value || fSeverity.value || fStatus.value || fType.value || ruleFilter);
    return agents.filter(function (a) {
      return hasFacets(a) && searched.every(function (t) { return a.text.indexOf(t) >= 0; }) &&
        (!byFinding || a.findings.some(function (f) { return matchesItself(f, []); }));
    });
  }

  function byResource(findings) {
    var groups = new Map();
    findings.forEach(function (f) {
      var key = resourceKey(f), g = groups.get(key);
      if (!g) groups.set(key, g = { key: key, name: f.n, type: f.t, id: f.i, findings: [] });
      g.findings.push(f);
    });
    return Array.from(groups.values()).sort(function (a, b) {
      return a.findings[0].rank - b.findings[0].rank || b.findings.length - a.findings.length || (a.name < b.name ? -1 : 1);
    });
  }

  function of(n, all, noun) {
    return n === all ? plural(all, noun) : n.toLocaleString("en") + " of " + plural(all, noun);
  }
  function refresh() {
    var text;
    if (view() === "agents") {
      shown = filteredAgents();
      text = of(shown.length, agents.length, "agent");
    } else {
      shown = filtered();
      text = of(shown.length, data.findings.length, "finding");
      if (view() === "resources") {
        shown = byResource(shown);
        text += " on " + plural(shown.length, "resource");
      }
    }
    page = 0;
    get("legend").hidden = view() !== "agents";
    get("count").textContent = text + (ruleFilter ? ", rule " + ruleFilter : "") + ".";
    draw();
  }

  function draw() {
    var list = get("list"), pages = Math.max(1, Math.ceil(shown.length / pageSize));
    list.replaceChildren.apply(list, shown.slice(page * pageSize, (page + 1) * pageSize).map(function (x) {
      return x.d ? agentItem(x) : x.findings ? resourceItem(x) : findingItem(x);
    }));
    list.start = page * pageSize + 1;
    get("page").textContent = "Page " + (page + 1) + " of " + pages;
    get("prev").disabled = page === 0;
    get("next").disabled = page >= pages - 1;
    get("pager").hidden = pages === 1;
  }

  function item(href, left, who, about, what, where, right) {
    var li = make("li"), a = link(href, "item"), body = make("span", "body");
    body.appendChild(make("span", "who", who));
    if (about) body.appendChild(make("span", "about", " " + about));
    if (what) body.appendChild(make("span", "what", what));
    if (where) body.appendChild(make("span", "where", where));
    a.appendChild(left);
    a.appendChild(body);
    a.appendChild(right);
    li.appendChild(a);
    return li;
  }
  function findingHash(f) { return "#finding=" + encodeURIComponent(f.f); }
  function resourceHash(key) { return "#resource=" + encodeURIComponent(key); }
  function agentHash(a) { return "#agent=" + encodeURIComponent(a.i); }

  // Inside a resource its name goes without saying.
  function findingItem(f, within) {
    var c = check(f), where = (c.tag ? c.tag + " · " : "") + rule(f).id + (place(f) ? " · " + place(f) : "");
    var known = within === resourceKey(f);
    return item(findingHash(f), severityTag(f), known ? rule(f).title : f.n, known ? "" : rule(f).title, f.m, where, statusTag(f.s));
  }

  function resourceItem(g) {
    return item(resourceHash(g.key), severityTag(g.findings[0]), g.name, "", countWords(countByStatus(g.findings)), g.type + " · " + g.id,
      make("span", "numbers", plural(g.findings.length, "finding")));
  }

  function agentItem(a) {
    var failing = a.findings.length && a.findings[0].s === "fail";
    return item(agentHash(a), failing ? severityTag(a.findings[0]) : make("span", "sev"), a.n, facetName(0, a.b),
      countWords(a.counts) || "no findings", a.s + " · " + a.i, riskStrip(a));
  }

  // Whether an agent would be blocked at each level of risk: four small squares.
  function riskStrip(a) {
    var strip = make("span", "strip"), said = [];
    a.w.split("").forEach(function (letter, i) {
      strip.appendChild(make("span", "sq w-" + letter));
      said.push(levels[i] + ": " + answers[letter]);
    });
    strip.setAttribute("role", "img");
    strip.title = "Blocked at risk? " + said.join(", ");
    strip.setAttribute("aria-label", strip.title);
    return strip;
  }

  // Details.
  var dialog = get("dialog"), body = get("d-body"), trail = [];
  function open(titleText, parts, wide) {
    get("d-title").textContent = titleText;
    body.replaceChildren.apply(body, parts.filter(Boolean));
    dialog.classList.toggle("wide", Boolean(wide));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    get("d-title").focus();
  }

  function meta(f) {
    var m = make("p", "meta");
    m.appendChild(statusTag(f.s));
    m.appendChild(severityTag(f));
    m.appendChild(make("span", "mono", rule(f).id));
    return m;
  }

  function evidence(e) {
    var dl = make("dl");
    [["Place", e.f], ["Pointer", e.p], ["Observed", e.o], ["Expected", e.x]].forEach(function (pair) {
      if (!pair[1]) return;
      dl.appendChild(make("dt", "", pair[0]));
      var dd = make("dd", pair[0] === "Place" || pair[0] === "Pointer" ? "mono" : "", pair[1]);
      if (pair[0] === "Place") dd.appendChild(copyButton("Copy", function () { return pathOf(pair[1]); }));
      dl.appendChild(dd);
    });
    return dl;
  }

  // A place as an editor takes it: with the snapshot's directory.
  function pathOf(place) {
    var directory = data.snapshot && !/\.(zip|tar\.gz|tgz)$/i.test(data.snapshot);
    return directory ? data.snapshot.replace(/[\/\\]+$/, "") + "/" + place : place;
  }

  // The agents that a finding is about: its own, or those on its blueprint.
  function agentsOf(f) {
    var o = objects.get(resourceKey(f));
    return o ? o.agents : [];
  }
  function agentLinks(list) {
    var ul = make("ul", "agents");
    list.slice(0, 20).forEach(function (a) {
      var li = make("li");
      li.appendChild(link(agentHash(a), "", a.n));
      ul.appendChild(li);
    });
    if (list.length > 20) ul.appendChild(make("li", "soft", "and " + plural(list.length - 20, "agent") + " more"));
    return ul;
  }

  function openFinding(f) {
    var parts = [meta(f), make("p", "", f.m)];
    var about = agentsOf(f);
    if (about.length > 1) parts.push(make("h3", "", "It is about " + plural(about.length, "agent")), agentLinks(about));
    if (f.w) parts.push(make("h3", "", "Waived"), make("p", "", f.w));
    if (f.e) parts.push(make("h3", "", "Evidence"));
    (f.e || []).forEach(function (e) { parts.push(evidence(e)); });
    var fix = document.getElementById("rule-" + rule(f).id);
    fix = fix && fix.querySelector(".fix");
    if (fix) {
      fix = fix.cloneNode(true);
      parts.push(make("h3", "", "How to fix it"), fix);
      copyButtons(fix);
    }
    parts.push(actions(f, fix));
    open(f.n + ": " + rule(f).title, parts);
  }

  function actions(f, fix) {
    var a = make("p", "actions");
    var portal = portalLink(f.l), about = agentsOf(f);
    if (about.length === 1) a.appendChild(link(agentHash(about[0]), "quiet strong", "Dossier of " + about[0].n + " →"));
    if (portal) a.appendChild(portal);
    a.appendChild(link(resourceHash(resourceKey(f)), "quiet", "All findings of this resource"));
    if (f.i) a.appendChild(copyButton("Copy its id", function () { return f.i; }));
    if (fix) a.appendChild(copyButton("Copy the fix", function () { return textOf(fix); }));
    return a;
  }

  function openResource(key) {
    var findings = byKey.get(key), o = objects.get(key);
    var first = findings[0], m = make("p", "meta");
    m.appendChild(make("span", "", first.t));
    m.appendChild(make("span", "mono", first.i));
    m.appendChild(make("span", "", plural(findings.length, "finding")));
    var about = o && o.agents.length ? [make("h3", "", o.agents.length > 1 ? "Agents that it is about" : "The agent that it is about"), agentLinks(o.agents)] : [];
    open(first.n, [m].concat(about, findingList(findings, key)));
  }

  // The first few in sight, if only few are, and the others folded away.
  function findingList(findings, within, inSight) {
    var most = 200, few = inSight && findings.length > inSight + 1 ? inSight : most;
    function listOf(some) {
      var list = make("ol", "list");
      some.forEach(function (f) { list.appendChild(findingItem(f, within)); });
      return list;
    }
    var parts = [listOf(findings.slice(0, few))], rest = findings.slice(few, most);
    if (rest.length) {
      var details = make("details", "more-findings");
      details.appendChild(make("summary", "", "and " + plural(rest.length, "more finding")));
      details.appendChild(listOf(rest));
      parts.push(details);
    }
    if (findings.length > most) parts.push(make("p", "soft", "and " + plural(findings.length - most, "finding") + " more, in the list of all findings."));
    return parts;
  }

  // The dossier of an agent.
  function openAgent(a) {
    var m = make("p", "meta"), todo = make("p", "actions"), portal = portalLink(a.l), parts = make("div", "parts");
    m.appendChild(make("span", "tag", a.s));
    m.appendChild(make("span", "mono", a.i));
    if (a.b >= 0) m.appendChild(make("span", "", "on blueprint " + facetName(0, a.b)));
    if (portal) todo.appendChild(portal);
    todo.appendChild(copyButton("Copy its id", function () { return a.i; }));
    todo.appendChild(copyButton("Copy the command", function () { return "ztagent explain " + a.i; }));
    a.d.forEach(function (at) { parts.appendChild(sectionCard(dossiers.sections[at])); });
    var text = a.findings.length ? "Findings: " + countWords(a.counts) : "No findings are listed";
    open(a.n, [m, riskBoxes(a), todo, make("h3", "", text)].concat(findingList(a.findings, "agentIdentity/" + a.i, 5), parts), true);
  }

  function riskBoxes(a) {
    if (!a.w) return null;
    var dl = make("dl", "risk");
    a.w.split("").forEach(function (letter, i) {
      var box = make("div", "w-" + letter);
      box.appendChild(make("dt", "", "at risk " + levels[i]));
      box.appendChild(make("dd", "", answers[letter]));
      dl.appendChild(box);
    });
    return dl;
  }

  var marks = { good: "✓", bad: "✗", warning: "◦", unread: "?", faint: "–" };
  function sectionCard(section) {
    var card = make("section", "part"), list = null;
    card.appendChild(make("h3", "", section.t));
    section.r.forEach(function (at) {
      var r = dossiers.rows[at], tag = r.k === "heading" ? "H4" : r.l ? "DL" : "UL";
      if (tag === "H4") { list = null; card.appendChild(make("h4", "", r.t)); return; }
      if (!list || list.tagName !== tag) card.appendChild(list = make(tag.toLowerCase()));
      if (r.l) list.appendChild(make("dt", "", r.l));
      var entry = make(r.l ? "dd" : "li", "t-" + (r.k || "plain"));
      if (!r.l) {
        var mark = make("span", "mark", marks[r.k] || "");
        mark.setAttribute("aria-hidden", "true");
        entry.appendChild(mark);
      }
      entry.appendChild(make("span", "text", r.t));
      if (r.a) entry.appendChild(make("span", "aside", " " + r.a));
      if (r.m) entry.appendChild(make("span", "more", r.m));
      list.appendChild(entry);
    });
    if (section.r.length > 14) card.classList.add("long");
    return card;
  }

  // Copying.
  function textOf(node) {
    var copy = node.cloneNode(true);
    copy.querySelectorAll(".copy").forEach(function (b) { b.remove(); });
    copy.querySelectorAll("li, p, pre").forEach(function (e) { e.appendChild(document.createTextNode("\n")); });
    return copy.textContent.trim();
  }
  function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    var area = make("textarea");
    area.value = text;
    (dialog.open ? dialog : document.body).appendChild(area);
    area.select();
    var ok = document.execCommand("copy");
    area.remove();
    return ok ? Promise.resolve() : Promise.reject();
  }
  function copyButton(label, text) {
    var b = make("button", "quiet copy", label);
    b.type = "button";
    b.addEventListener("click", function () {
      copyText(text()).then(function () { b.textContent = "Copied"; }, function () { b.textContent = "Not copied"; })
        .then(function () { setTimeout(function () { b.textContent = label; }, 1500); });
    });
    return b;
  }
  // Commands get a button: code blocks, and spans that are more than one word.
  function copyButtons(where) {
    where.querySelectorAll(".copy").forEach(function (b) { b.remove(); });
    where.querySelectorAll("pre, code").forEach(function (code) {
      if (code.tagName === "CODE" && (code.parentNode.tagName === "PRE" || !/\S\s\S/.test(code.textContent))) return;
      var text = code.textContent, b = copyButton("Copy", function () { return text; });
      b.setAttribute("aria-label", "Copy: " + text.slice(0, 60));
      if (code.tagName === "PRE") code.insertBefore(b, code.firstChild);
      else code.after(b);
    });
  }
  document.querySelectorAll(".fix").forEach(copyButtons);

  // Rules with findings that are listed lead to them.
  var rulesPresent = present(function (f) { return rule(f).id; });
  document.querySelectorAll(".rule").forEach(function (article) {
    var id = article.id.slice("rule-".length);
    if (!rulesPresent[id]) return;
    var b = make("button", "quiet", "Show its findings");
    b.type = "button";
    b.dataset.rule = id;
    article.appendChild(b);
  });

  // Going around.
  function show(settings) {
    get("filters").reset();
    ruleFilter = settings.rule || "";
    fSeverity.value = settings.severity || "";
    fStatus.value = settings.status || "";
    refresh();
    get("findings").scrollIntoView();
    get("list").querySelector("a") && get("list").querySelector("a").focus({ preventScroll: true });
  }
  document.addEventListener("click", function (e) {
    var b = e.target.closest("[data-severity], [data-rule], [data-view]");
    if (!b) return;
    if (b.dataset.view) {
      get("filters").elements.view.value = b.dataset.view;
      refresh();
    } else if (b.dataset.rule) show({ rule: b.dataset.rule });
    else show({ severity: b.dataset.severity, status: "fail" });
  });
  get("filters").addEventListener("submit", function (e) { e.preventDefault(); });
  get("filters").addEventListener("reset", function () { ruleFilter = ""; setTimeout(refresh); });
  var timer;
  q.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(refresh, 120); });
  get("filters").addEventListener("change", function (e) { if (e.target !== q) refresh(); });
  function turn(by) { page += by; draw(); get("findings").scrollIntoView(); }
  get("prev").addEventListener("click", function () { turn(-1); });
  get("next").addEventListener("click", function () { turn(1); });
  get("close").addEventListener("click", function () { dialog.close(); });
  get("back").addEventListener("click", function () { history.back(); });
  dialog.addEventListener("click", function (e) { if (e.target === dialog) dialog.close(); });
  dialog.addEventListener("close", function () {
    trail = [];
    if (!location.hash) return;
    try { history.replaceState(null, "", location.pathname + location.search); } catch (e) { location.hash = "#findings"; }
  });
  document.addEventListener("keydown", function (e) {
    if (e.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName) && !dialog.open) {
      e.preventDefault();
      q.focus();
    }
  });
  function opener(kind, id) {
    if (kind === "finding") {
      var f = data.findings.find(function (x) { return x.f === id; });
      return f && function () { openFinding(f); };
    }
    if (kind === "agent") return agentByID.has(id) && function () { openAgent(agentByID.get(id)); };
    return byKey.has(id) && function () { openResource(id); };
  }
  function decoded(text) {
    try { return decodeURIComponent(text); } catch (e) { return text; }
  }
  // The trail is the way through the dialog: who takes its last step back finds
  // the focus where it was.
  function follow() {
    var hash = location.hash, m = /^#(finding|resource|agent)=(.+)$/.exec(hash), go = m && opener(m[1], decoded(m[2])), from = "";
    if (!go) {
      if (dialog.open) dialog.close();
      return;
    }
    if (trail.length > 1 && trail[trail.length - 2] === hash) from = trail.pop();
    else if (trail[trail.length - 1] !== hash) trail.push(hash);
    get("back").hidden = trail.length < 2;
    go();
    var left = from && Array.from(body.querySelectorAll("a")).find(function (a) { return a.hash === from && a.getAttribute("href") === from; });
    if (!left) return;
    if (left.closest("details")) left.closest("details").open = true;
    left.focus();
  }
  window.addEventListener("hashchange", follow);

  // Theme: the system's, until the reader chooses.
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }
  get("theme").addEventListener("click", function () { root.dataset.theme = isDark() ? "light" : "dark"; });

  // Paper: everything open, and the findings that are listed as text; or, when a
  // finding or a dossier is open, only that.
  var closed = [];
  get("print").addEventListener("click", function () { print(); });
  get("d-print").addEventListener("click", function () { print(); });
  window.addEventListener("beforeprint", function () {
    if (dialog.open) {
      root.classList.add("print-one");
      get("paper").replaceChildren(make("h1", "", get("d-title").textContent), body.cloneNode(true));
      get("paper").lastChild.removeAttribute("id");
      get("paper").querySelectorAll("details").forEach(function (d) { d.open = true; });
      return;
    }
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (d) { d.open = true; });
    var all = filtered(), parts = all.slice(0, printLimit).map(function (f) {
      var d = make("div");
      d.appendChild(severityTag(f));
      d.appendChild(document.createTextNode(" "));
      d.appendChild(statusTag(f.s));
      d.appendChild(make("strong", "", " " + f.n));
      d.appendChild(document.createTextNode(": " + f.m + " "));
      d.appendChild(make("span", "mono", rule(f).id + (place(f) ? " · " + place(f) : "")));
      return d;
    });
    if (all.length > printLimit) parts.push(make("p", "", "and " + plural(all.length - printLimit, "finding") + " more."));
    get("all").replaceChildren.apply(get("all"), parts);
  });
  window.addEventListener("afterprint", function () {
    root.classList.remove("print-one");
    get("paper").replaceChildren();
    closed.forEach(function (d) { d.open = false; });
    get("all").replaceChildren();
  });

  refresh();
  follow();
})();
