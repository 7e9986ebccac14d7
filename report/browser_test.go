//go:build browser

package report

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ztagent/ztagent/internal/audit"
)

// These tests look at the HTML report in headless Chromium. A page of ours opens
// the report in a frame, drives it as a reader would, and posts what it saw.

const driverPage = `<!DOCTYPE html><meta charset="utf-8"><title>driver</title><body style="margin:0">
<iframe id="frame" style="width:%dpx;height:900px;border:0"></iframe>
<script>
const frame = document.getElementById("frame"), sleep = ms => new Promise(r => setTimeout(r, ms));
async function until(what, ms = 10000) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) { const v = what(); if (v) return v; }
  throw new Error("waited for " + what);
}
// What only the browser itself can do: keys that are really pressed, other media.
async function browser(method, params) {
  const answer = await fetch("/browser", {method: "POST", body: JSON.stringify({method, params})});
  if (!answer.ok) throw new Error(await answer.text());
}
const codes = {Enter: 13, Tab: 9, Escape: 27, " ": 32, ArrowRight: 39}, texts = {Enter: "\r", " ": " "};
async function press(key, modifiers = 0) {
  const event = {key, code: key === " " ? "Space" : key, windowsVirtualKeyCode: codes[key], modifiers};
  await browser("Input.dispatchKeyEvent", {...event, type: texts[key] ? "keyDown" : "rawKeyDown", text: texts[key]});
  await browser("Input.dispatchKeyEvent", {...event, type: "keyUp"});
  await sleep(30);
}
frame.onload = async () => {
  frame.onload = null;
  const win = frame.contentWindow, doc = frame.contentDocument;
  let out;
  try { out = {ok: await (%s)(win, doc)}; } catch (e) { out = {error: String(e && e.stack || e)}; }
  fetch("/result", {method: "POST", body: JSON.stringify(out)});
};
frame.src = "/report%s";
</script>`

type browsing struct {
	report   string // the page
	fragment string
	width    int    // of the frame; 1200 when zero
	script   string // async (win, doc) => what to look at
	files    map[string]string
}

// chromium finds the browser; under the build tag it has to be there.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	require.Fail(t, "no Chromium", "install it, or name it in CHROMIUM")
	return ""
}

func flags(dir string, more ...string) []string {
	return append([]string{
		"--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
		"--user-data-dir=" + dir, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--enable-logging=stderr", "--window-size=1300,1000",
	}, more...)
}

// browse opens the report, runs the script and returns what it gave as JSON. It
// fails on any message on the console and any request besides its own.
func browse(t *testing.T, b browsing, seen any) {
	t.Helper()
	result := make(chan []byte, 1)
	devtools := newDevtools(t)
	width := max(b.width, 375)
	if b.width == 0 {
		width = 1200
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/":
			_, _ = fmt.Fprintf(w, driverPage, width, b.script, b.fragment)
		case "/report":
			_, _ = io.WriteString(w, b.report)
		case "/result":
			text, _ := io.ReadAll(r.Body)
			result <- text
		case "/browser":
			var ask struct {
				Method string         `json:"method"`
				Params jsontext.Value `json:"params"`
			}
			if err := json.UnmarshalRead(r.Body, &ask); err != nil {
				t.Errorf("%v", err)
			}
			if err := devtools.page(ask.Method, ask.Params); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		case "/favicon.ico":
			w.WriteHeader(http.StatusNoContent)
		default:
			if file, ok := b.files[r.URL.Path]; ok {
				w.Header().Set("Content-Type", "text/javascript")
				_, _ = io.WriteString(w, file)
				return
			}
			t.Errorf("the page asked for %s", r.URL)
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, chromium(t), flags(t.TempDir(), "--remote-debugging-pipe", server.URL+"/")...)
	cmd.Stderr = &stderr
	cmd.ExtraFiles = devtools.theirs
	cmd.WaitDelay = 5 * time.Second
	require.NoError(t, cmd.Start())
	var text []byte
	select {
	case text = <-result:
	case <-ctx.Done():
	}
	cancel()
	_ = cmd.Wait()
	require.NotEmpty(t, text, "no answer from the page: %s", stderr.String())
	for line := range strings.Lines(stderr.String()) {
		assert.NotContains(t, line, "CONSOLE", "the console is silent")
	}
	var outcome struct {
		OK    jsontext.Value `json:"ok"`
		Error string         `json:"error"`
	}
	require.NoError(t, json.Unmarshal(text, &outcome))
	require.Empty(t, outcome.Error)
	require.NoError(t, json.Unmarshal(outcome.OK, seen))
}

func htmlText(t *testing.T, r *audit.Report) string { return render(t, as(HTML), r, Options{}) }

func TestBrowserFilters(t *testing.T) {
	var seen struct {
		All, Critical, Searched, Cleared, ByResource, Rule, Chip, Type, Check, Status string
		Items                                                                         int
		Facets                                                                        bool
		Why                                                                           string
	}
	browse(t, browsing{report: htmlText(t, sample()), script: `async (win, doc) => {
		const get = id => doc.getElementById(id), count = () => get("count").textContent;
		const change = (id, value) => { get(id).value = value; get(id).dispatchEvent(new win.Event("change", {bubbles: true})); };
		const one = (id, value) => { change(id, value); const c = count(); change(id, ""); return c; };
		const out = {All: count(), Items: get("list").children.length};
		out.Critical = one("f-severity", "critical"); out.Type = one("f-type", "conditionalAccessPolicy");
		out.Check = one("f-check", "1"); out.Status = one("f-status", "manual");
		get("q").value = "payroll sponsor"; get("q").dispatchEvent(new win.Event("input"));
		await until(() => count() !== out.All); out.Searched = count();
		get("filters").querySelector("[type=reset]").click();
		await until(() => count() === out.All); out.Cleared = count();
		doc.querySelector("[name=view][value=resources]").click(); out.ByResource = count();
		doc.querySelector("[data-rule='federated-credentials/client-secret']").click(); out.Rule = count();
		doc.querySelector(".chip[data-severity=high]").click(); out.Chip = count();
		out.Facets = Boolean(get("f-blueprint") || doc.querySelector("[name=view][value=agents]"));
		out.Why = get("findings").textContent;
		return out;
	}`}, &seen)
	f := sample().Summary.Findings
	total := f.Fail + f.Unknown + f.Manual + f.Waived
	of := func(n int) string { return fmt.Sprintf("%d of %d findings.", n, total) }
	assert.Equal(t, fmt.Sprintf("%d findings.", total), seen.All)
	assert.Equal(t, 50, seen.Items)
	assert.Equal(t, of(7), seen.Critical)
	assert.Equal(t, of(f.Manual), seen.Status)
	assert.Equal(t, of(1), seen.Type)
	assert.Equal(t, of(5), seen.Check)
	assert.Equal(t, of(1), seen.Searched)
	assert.Equal(t, seen.All, seen.Cleared)
	assert.Contains(t, seen.ByResource, fmt.Sprintf("%d findings on ", total))
	assert.Equal(t, fmt.Sprintf("3 of %d findings, rule federated-credentials/client-secret.", total), seen.Rule)
	assert.Equal(t, of(33), seen.Chip)
	assert.False(t, seen.Facets, "a saved report cannot be filtered by what it does not hold")
	assert.Contains(t, seen.Why, "ztagent audit --snapshot PATH -o html=report.html")
}

func TestBrowserOpensAFinding(t *testing.T) {
	var seen struct {
		Title, Text, Link, Resource, Hash, Back string
		Copies                                  int
		Closed, Focus                           bool
	}
	f := sample().Checks[1].Rules[0].Findings[0]
	browse(t, browsing{report: htmlText(t, sample()), fragment: "#finding=" + f.Fingerprint, script: `async (win, doc) => {
		const dialog = await until(() => doc.querySelector("dialog[open]"));
		const title = () => doc.getElementById("d-title").textContent;
		const out = {Title: title(), Text: dialog.textContent,
			Link: dialog.querySelector(".actions a").href, Copies: dialog.querySelectorAll(".fix .copy").length};
		[...dialog.querySelectorAll("a")].find(b => b.textContent.startsWith("All findings")).click();
		await until(() => title() === "Finance Agents");
		out.Resource = dialog.textContent; out.Hash = win.location.hash;
		doc.getElementById("back").click();
		await until(() => title() === out.Title);
		out.Back = win.location.hash; out.Focus = doc.activeElement.textContent.startsWith("All findings");
		dialog.querySelector("#close").click();
		await until(() => !win.location.hash);
		out.Closed = !dialog.open;
		return out;
	}`}, &seen)
	assert.Equal(t, "Finance Agents: A client secret is in use", seen.Title)
	for _, want := range []string{f.Message, "agentIdentityBlueprints.json:185", "/value/0/passwordCredentials/0", "endDateTime 2027-03-01", "Add a federated identity credential"} {
		assert.Contains(t, seen.Text, want)
	}
	assert.Equal(t, f.PortalLink, seen.Link)
	assert.Equal(t, 1, seen.Copies, "the command of the fix can be copied")
	assert.Contains(t, seen.Resource, "Two blueprints share a certificate")
	assert.Contains(t, seen.Resource, "2 findings")
	assert.True(t, strings.HasPrefix(seen.Hash, "#resource="))
	assert.Equal(t, "#finding="+f.Fingerprint, seen.Back)
	assert.True(t, seen.Focus, "the way back ends where it began")
	assert.True(t, seen.Closed)
}

// Every finding, in the order of the list, has its link to the portal, and the
// places of its evidence with what was seen there and what is asked for.
func TestBrowserShowsEveryFindingsPlaceAndPortal(t *testing.T) {
	type shown struct {
		Fingerprint, Portal, Text string
	}
	var seen []shown
	browse(t, browsing{report: htmlText(t, sample()), script: `async (win, doc) => {
		const out = [], dialog = doc.querySelector("dialog");
		for (let last = ""; ;) {
			for (const a of [...doc.querySelectorAll("#list a")]) {
				a.click();
				await until(() => dialog.open && win.location.hash === a.getAttribute("href"));
				await until(() => doc.getElementById("d-title").textContent !== last || true);
				await sleep(0);
				const portal = [...dialog.querySelectorAll(".actions a")].find(x => x.textContent.startsWith("Open in the Entra"));
				out.push({Fingerprint: win.location.hash.slice("#finding=".length), Portal: portal ? portal.href : "",
					Text: dialog.querySelector("#d-body").textContent});
				doc.getElementById("close").click();
				await until(() => !win.location.hash);
			}
			if (doc.getElementById("next").disabled) return out;
			doc.getElementById("next").click();
		}
	}`}, &seen)
	text := map[string]shown{}
	for _, s := range seen {
		text[s.Fingerprint] = s
	}
	findings := 0
	for _, c := range sample().Checks {
		for _, r := range c.Rules {
			for _, f := range r.Findings {
				findings++
				s, ok := text[f.Fingerprint]
				require.True(t, ok, f.Message)
				assert.Equal(t, f.PortalLink, s.Portal)
				for _, e := range f.Evidence {
					for _, want := range []string{e.File + ":" + itoa(e.Line), e.Pointer, e.Observed, e.Expected} {
						assert.Contains(t, s.Text, want)
					}
				}
			}
		}
	}
	assert.Len(t, seen, findings)
}

func TestBrowserKeyboard(t *testing.T) {
	var seen struct{ Focused, Names string }
	browse(t, browsing{report: htmlText(t, sample()), script: `async (win, doc) => {
		doc.dispatchEvent(new win.KeyboardEvent("keydown", {key: "/", bubbles: true}));
		const mute = [...doc.querySelectorAll("button, a, input, select")].filter(e =>
			!(e.textContent.trim() || e.getAttribute("aria-label") || e.closest("label")));
		return {Focused: doc.activeElement.id, Names: mute.map(e => e.outerHTML).join()};
	}`}, &seen)
	assert.Equal(t, "q", seen.Focused)
	assert.Empty(t, seen.Names, "every control has a name")
}

func TestBrowserHostileNamesDoNothing(t *testing.T) {
	var seen struct {
		Scripts, Images, Handlers, Links, Items int
		Alerted                                 bool
		Names, Agents                           []string
	}
	page := render(t, as(HTML), hostile(), Options{Dossiers: hostileDossiers()})
	browse(t, browsing{report: page, script: `async (win, doc) => {
		let alerted = false; win.alert = () => { alerted = true; };
		const dialog = doc.querySelector("dialog"), kept = doc.createElement("div");
		const openAll = async () => {
			const names = [];
			for (const item of [...doc.querySelectorAll("#list a")]) {
				item.click();
				await until(() => win.location.hash === item.getAttribute("href") && dialog.open);
				await sleep(10);
				names.push(doc.getElementById("d-title").textContent);
				kept.append(doc.getElementById("d-body").cloneNode(true));
				doc.getElementById("close").click();
				await until(() => !win.location.hash);
			}
			return names;
		};
		const out = {Names: await openAll(), Items: doc.querySelectorAll("#list a").length};
		for (const select of doc.querySelectorAll("#filters select")) for (const o of [...select.options]) {
			select.value = o.value; select.dispatchEvent(new win.Event("change", {bubbles: true}));
		}
		doc.querySelector("#filters [type=reset]").click(); await sleep(50);
		doc.querySelector("[name=view][value=resources]").click();
		doc.querySelector("[name=view][value=agents]").click();
		out.Agents = await openAll();
		for (const d of doc.querySelectorAll("details")) d.open = true;
		win.dispatchEvent(new win.Event("beforeprint"));
		doc.body.append(kept);
		await sleep(300);
		const all = [...doc.querySelectorAll("*")];
		return {...out, Scripts: doc.scripts.length, Images: doc.querySelectorAll("img, iframe, object, embed, link, base").length,
			Handlers: all.filter(e => [...e.attributes].some(a => a.name.startsWith("on"))).length,
			Links: all.filter(e => e.href && !/^(https:|http:\/\/127)/.test(String(e.href.baseVal || e.href))).length,
			Alerted: alerted};
	}`}, &seen)
	assert.Equal(t, 2, seen.Scripts)
	assert.Zero(t, seen.Images)
	assert.Zero(t, seen.Handlers)
	assert.Zero(t, seen.Links)
	assert.False(t, seen.Alerted)
	assert.Equal(t, hostile().Summary.Findings.Fail, seen.Items)
	assert.Contains(t, seen.Names, "<script>alert(1)</script><img src=x onerror=alert(1)>: Two agents have one name")
	assert.Len(t, seen.Agents, len(hostileNames()))
	assert.Contains(t, seen.Agents, "<script>alert(1)</script><img src=x onerror=alert(1)>")
}

func TestBrowserFitsAPhone(t *testing.T) {
	for name, page := range map[string]string{
		"sample":  render(t, as(HTML), withWhatIf(), Options{Dossiers: sampleDossiers()}),
		"hostile": render(t, as(HTML), hostile(), Options{Dossiers: hostileDossiers()}),
	} {
		var seen struct {
			Wide   []string
			Narrow bool
			Opened int
		}
		browse(t, browsing{report: page, width: 375, script: `async (win, doc) => {
			for (const d of doc.querySelectorAll("details")) d.open = true;
			await sleep(100);
			const wide = within => [...doc.querySelectorAll(within + " *")].filter(e => !e.closest("pre, svg, nav, .vh") && !e.matches(".views input") &&
				e.getBoundingClientRect().right > 376 && win.getComputedStyle(e).display !== "none");
			let found = wide("main"), opened = 0;
			const narrow = doc.querySelector(".picture.narrow");
			for (const view of ["findings", "agents"]) {
				doc.querySelector("[name=view][value=" + view + "]").click();
				found = found.concat(wide("main"));
				for (const a of [...doc.querySelectorAll("#list a")].slice(0, 12)) {
					a.click();
					await until(() => doc.querySelector("dialog[open]") && win.location.hash === a.getAttribute("href"));
					await sleep(10);
					opened++;
					found = found.concat(wide("dialog"));
					doc.getElementById("close").click();
					await until(() => !win.location.hash);
				}
			}
			return {Wide: found.map(e => e.outerHTML.slice(0, 120)), Opened: opened,
				Narrow: !narrow || win.getComputedStyle(narrow).display === "block"};
		}`}, &seen)
		assert.Empty(t, seen.Wide, name)
		assert.True(t, seen.Narrow)
		assert.Greater(t, seen.Opened, 12)
	}
}

func TestBrowserWithTenThousandFindings(t *testing.T) {
	var seen struct {
		Count, Page, Last, Agents, Blueprint, Dossier string
		Items, Options                                int
	}
	r := crowded(10_000)
	d := NewDossiers(r)
	for i, f := range r.Checks[0].Rules[0].Findings {
		facets := Facets{Blueprint: &Facet{ID: itoa(i / 100), Name: fmt.Sprintf("Fleet %03d", i/100)}}
		d.Place(f.Resource, facets)
		d.Add(Agent{
			ID: f.Resource.ID, DisplayName: f.Resource.DisplayName, State: "active", WhatIf: []string{"no", "no", "no", "yes"},
			Facets: facets, Own: []audit.ResourceRef{f.Resource}, Sections: sampleSections(i),
		})
	}
	page := render(t, as(HTML), r, Options{Dossiers: d})
	assert.Less(t, len(page), 9_000_000)
	browse(t, browsing{report: page, script: `async (win, doc) => {
		const get = id => doc.getElementById(id), count = () => get("count").textContent;
		const out = {Page: get("page").textContent, Items: get("list").children.length, Options: get("f-blueprint").options.length};
		get("q").value = "ROBOT_0999 covers"; get("q").dispatchEvent(new win.Event("input"));
		await until(() => /of/.test(count())); out.Count = count();
		get("next").disabled || get("next").click();
		out.Last = get("list").lastElementChild.textContent;
		get("filters").querySelector("[type=reset]").click(); await until(() => !/of/.test(count()));
		doc.querySelector("[name=view][value=agents]").click(); out.Agents = count();
		get("f-blueprint").value = get("f-blueprint").options[42].value;
		get("f-blueprint").dispatchEvent(new win.Event("change", {bubbles: true})); out.Blueprint = count();
		get("list").querySelector("a").click();
		await until(() => doc.querySelector("dialog[open]")); out.Dossier = doc.querySelector("dialog").textContent;
		return out;
	}`}, &seen)
	assert.Equal(t, "Page 1 of 200", seen.Page)
	assert.Equal(t, 50, seen.Items)
	assert.Equal(t, "10 of 10,000 findings.", seen.Count)
	assert.Contains(t, seen.Last, "Robot_09999")
	assert.Equal(t, 101, seen.Options)
	assert.Equal(t, "10,000 agents.", seen.Agents)
	assert.Equal(t, "100 of 10,000 agents.", seen.Blueprint)
	assert.Contains(t, seen.Dossier, "Robot_04100")
	assert.Contains(t, seen.Dossier, "on blueprint Fleet 041")
}

func TestBrowserPrints(t *testing.T) {
	dir := t.TempDir()
	page, pdf := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	require.NoError(t, os.WriteFile(page, []byte(htmlText(t, sample())), 0o600))
	out, err := exec.Command(chromium(t), flags(filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+page)...).CombinedOutput()
	require.NoError(t, err, string(out))
	text, err := os.ReadFile(pdf)
	require.NoError(t, err)
	assert.Greater(t, bytes.Count(text, []byte("/Type /Page\n"))+bytes.Count(text, []byte("/Type /Page ")), 3)
	assert.NotContains(t, string(out), "CONSOLE")
}

// The page passes the rules of axe-core, in both themes and on a phone. The
// policy of the page forbids foreign scripts, so it is taken out for the test.
func TestBrowserIsAccessible(t *testing.T) {
	axe, err := exec.Command("../scripts/axe-core.sh").Output()
	require.NoError(t, err)
	source, err := os.ReadFile(strings.TrimSpace(string(axe)))
	require.NoError(t, err)
	page := render(t, as(HTML), withWhatIf(), Options{Dossiers: sampleDossiers()})
	from := strings.Index(page, `<meta http-equiv="Content-Security-Policy"`)
	page = page[:from] + page[from+strings.Index(page[from:], "\n"):]
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int{1200, 375} {
			var seen []struct {
				ID, Impact string
				Nodes      []string
			}
			browse(t, browsing{report: page, width: width, files: map[string]string{"/axe.js": string(source)}, script: `async (win, doc) => {
				doc.documentElement.dataset.theme = "` + theme + `";
				const s = doc.createElement("script"); s.src = "/axe.js"; doc.head.appendChild(s);
				await until(() => win.axe);
				const found = [];
				const run = async () => { for (const v of (await win.axe.run(doc)).violations)
					found.push({ID: v.id, Impact: v.impact, Nodes: v.nodes.slice(0, 5).map(n => n.html + " " + n.failureSummary)}); };
				await run();
				for (const d of doc.querySelectorAll("details")) d.open = true;
				await run();
				for (const view of ["findings", "agents"]) {
					doc.querySelector("[name=view][value=" + view + "]").click();
					await run();
					doc.querySelector("#list .item").click();
					await until(() => doc.querySelector("dialog[open]"));
					await sleep(50);
					await run();
					doc.getElementById("close").click();
					await until(() => !win.location.hash);
				}
				return found;
			}`}, &seen)
			assert.Empty(t, seen, "%s, %d wide", theme, width)
		}
	}
}
