// The list of findings: filtered, paged, and opened one at a time. Everything
// that comes from the data is set as text, never as markup.
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

  // Filters.
  var q = get("q"), fCheck = get("f-check"), fSeverity = get("f-severity"), fStatus = get("f-status"), fType = get("f-type"), fView = get("f-view");
  var ruleFilter = "", page = 0, shown = [];

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

  function matches(f, terms) {
    return (!fCheck.value || rule(f).check === Number(fCheck.value)) &&
      (!fSeverity.value || severity(f) === fSeverity.value) &&
      (!fStatus.value || f.s === fStatus.value) &&
      (!fType.value || f.t === fType.value) &&
      (!ruleFilter || rule(f).id === ruleFilter) &&
      terms.every(function (t) { return f.text.indexOf(t) >= 0; });
  }

  function filtered() {
    var terms = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    return data.findings.filter(function (f) { return matches(f, terms); });
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

  function refresh() {
    var findings = filtered();
    var resources = fView.value === "resources";
    shown = resources ? byResource(findings) : findings;
    page = 0;
    var count = findings.length === data.findings.length ? plural(findings.length, "finding")
      : findings.length.toLocaleString("en") + " of " + plural(data.findings.length, "finding");
    if (resources) count += " on " + plural(shown.length, "resource");
    if (ruleFilter) count += ", rule " + ruleFilter;
    get("count").textContent = count + ".";
    draw();
  }

  function draw() {
    var list = get("list"), pages = Math.max(1, Math.ceil(shown.length / pageSize));
    list.replaceChildren.apply(list, shown.slice(page * pageSize, (page + 1) * pageSize).map(function (x) {
      return x.findings ? resourceItem(x) : findingItem(x);
    }));
    list.start = page * pageSize + 1;
    get("page").textContent = "Page " + (page + 1) + " of " + pages;
    get("prev").disabled = page === 0;
    get("next").disabled = page >= pages - 1;
    get("pager").hidden = pages === 1;
  }

  function item(left, who, about, what, where, right, open) {
    var li = make("li"), button = make("button", "item"), body = make("span", "body");
    button.type = "button";
    body.appendChild(make("span", "who", who));
    if (about) body.appendChild(make("span", "about", " " + about));
    body.appendChild(make("span", "what", what));
    if (where) body.appendChild(make("span", "where", where));
    button.appendChild(left);
    button.appendChild(body);
    button.appendChild(right);
    button.addEventListener("click", open);
    li.appendChild(button);
    return li;
  }

  function findingItem(f, withoutName) {
    var c = check(f), where = (c.tag ? c.tag + " · " : "") + rule(f).id + (place(f) ? " · " + place(f) : "");
    return item(severityTag(f), withoutName ? rule(f).title : f.n, withoutName ? "" : rule(f).title, f.m, where, statusTag(f.s), function () { openFinding(f); });
  }

  function resourceItem(g) {
    var counts = {};
    g.findings.forEach(function (f) { counts[f.s] = (counts[f.s] || 0) + 1; });
    var what = statuses.filter(function (s) { return counts[s]; }).map(function (s) { return counts[s] + " " + (words[s] || s); }).join(", ");
    return item(severityTag(g.findings[0]), g.name, "", what, g.type + " · " + g.id, make("span", "numbers", plural(g.findings.length, "finding")),
      function () { openResource(g.key); });
  }

  // Details.
  var dialog = get("dialog"), body = get("d-body");
  function open(titleText, parts, hash) {
    get("d-title").textContent = titleText;
    body.replaceChildren.apply(body, parts.filter(Boolean));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    try { history.replaceState(null, "", hash); } catch (e) { /* not allowed from a file in some browsers */ }
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
      dl.appendChild(make("dd", pair[0] === "Place" || pair[0] === "Pointer" ? "mono" : "", pair[1]));
    });
    return dl;
  }

  function openFinding(f) {
    var parts = [meta(f), make("p", "", f.m)];
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
    open(f.n + ": " + rule(f).title, parts, "#finding=" + f.f);
  }

  function actions(f, fix) {
    var a = make("p", "actions");
    if (/^https:\/\//.test(f.l || "")) {
      var link = make("a", "quiet", "Open in the Entra admin center ↗");
      link.href = f.l;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      a.appendChild(link);
    }
    var all = make("button", "quiet", "All findings of this resource");
    all.type = "button";
    all.addEventListener("click", function () { openResource(resourceKey(f)); });
    a.appendChild(all);
    if (f.i) a.appendChild(copyButton("Copy its id", function () { return f.i; }));
    if (fix) a.appendChild(copyButton("Copy the fix", function () { return textOf(fix); }));
    return a;
  }

  function openResource(key) {
    var findings = data.findings.filter(function (f) { return resourceKey(f) === key; });
    if (!findings.length) return;
    var first = findings[0], list = make("ol", "list"), m = make("p", "meta");
    m.appendChild(make("span", "", first.t));
    m.appendChild(make("span", "mono", first.i));
    m.appendChild(make("span", "", plural(findings.length, "finding")));
    findings.forEach(function (f) { list.appendChild(findingItem(f, true)); });
    open(first.n, [m, list], "#resource=" + encodeURIComponent(key));
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

  // Going around.
  function show(settings) {
    get("filters").reset();
    ruleFilter = settings.rule || "";
    fSeverity.value = settings.severity || "";
    fStatus.value = settings.status || "";
    refresh();
    get("findings").scrollIntoView();
    get("list").querySelector("button") && get("list").querySelector("button").focus({ preventScroll: true });
  }
  document.addEventListener("click", function (e) {
    var b = e.target.closest("[data-severity], [data-rule]");
    if (!b) return;
    if (b.dataset.rule) show({ rule: b.dataset.rule });
    else show({ severity: b.dataset.severity, status: "fail" });
  });
  get("filters").addEventListener("submit", function (e) { e.preventDefault(); });
  get("filters").addEventListener("reset", function () { ruleFilter = ""; setTimeout(refresh); });
  var timer;
  q.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(refresh, 120); });
  [fCheck, fSeverity, fStatus, fType, fView].forEach(function (s) { s.addEventListener("change", refresh); });
  function turn(by) { page += by; draw(); get("findings").scrollIntoView(); }
  get("prev").addEventListener("click", function () { turn(-1); });
  get("next").addEventListener("click", function () { turn(1); });
  get("close").addEventListener("click", function () { dialog.close(); });
  dialog.addEventListener("click", function (e) { if (e.target === dialog) dialog.close(); });
  dialog.addEventListener("close", function () {
    try { history.replaceState(null, "", location.pathname + location.search); } catch (e) { /* as above */ }
  });
  document.addEventListener("keydown", function (e) {
    if (e.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName) && !dialog.open) {
      e.preventDefault();
      q.focus();
    }
  });
  function follow() {
    var m = /^#(finding|resource)=(.+)$/.exec(location.hash);
    if (!m) return;
    if (m[1] === "resource") { openResource(decodeURIComponent(m[2])); return; }
    var f = data.findings.find(function (x) { return x.f === m[2]; });
    if (f) openFinding(f);
  }
  window.addEventListener("hashchange", follow);

  // Theme: the system's, until the reader chooses.
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }
  get("theme").addEventListener("click", function () { root.dataset.theme = isDark() ? "light" : "dark"; });

  // Paper: everything open, and the failing findings as text.
  var closed = [];
  get("print").addEventListener("click", function () { print(); });
  window.addEventListener("beforeprint", function () {
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
    closed.forEach(function (d) { d.open = false; });
    get("all").replaceChildren();
  });

  refresh();
  follow();
})();
