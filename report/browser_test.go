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
	cmd := exec.CommandContext(ctx, chromium(t), flags(t.TempDir(), "--remote-debugging-port=0", server.URL+"/")...)
	cmd.Stderr = &stderr
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
		All, Critical, Searched, Cleared, ByResource, Rule, Chip string
		Items                                                    int
	}
	browse(t, browsing{report: htmlText(t, sample()), script: `async (win, doc) => {
		const get = id => doc.getElementById(id), count = () => get("count").textContent;
		const change = (id, value) => { get(id).value = value; get(id).dispatchEvent(new win.Event("change")); };
		const out = {All: count(), Items: get("list").children.length};
		change("f-severity", "critical"); out.Critical = count();
		change("f-severity", "");
		get("q").value = "payroll sponsor"; get("q").dispatchEvent(new win.Event("input"));
		await until(() => count() !== out.All); out.Searched = count();
		get("filters").querySelector("[type=reset]").click();
		await until(() => count() === out.All); out.Cleared = count();
		change("f-view", "resources"); out.ByResource = count();
		doc.querySelector("[data-rule='federated-credentials/client-secret']").click(); out.Rule = count();
		doc.querySelector(".chip[data-severity=high]").click(); out.Chip = count();
		return out;
	}`}, &seen)
	f := sample().Summary.Findings
	total := f.Fail + f.Unknown + f.Manual + f.Waived
	assert.Equal(t, fmt.Sprintf("%d findings.", total), seen.All)
	assert.Equal(t, 50, seen.Items)
	assert.Equal(t, fmt.Sprintf("7 of %d findings.", total), seen.Critical)
	assert.Equal(t, fmt.Sprintf("1 of %d findings.", total), seen.Searched)
	assert.Equal(t, seen.All, seen.Cleared)
	assert.Contains(t, seen.ByResource, fmt.Sprintf("%d findings on ", total))
	assert.Equal(t, fmt.Sprintf("3 of %d findings, rule federated-credentials/client-secret.", total), seen.Rule)
	assert.Equal(t, fmt.Sprintf("33 of %d findings.", total), seen.Chip)
}

func TestBrowserOpensAFinding(t *testing.T) {
	var seen struct {
		Title, Text, Link, Resource, Hash string
		Copies                            int
		Closed                            bool
	}
	f := sample().Checks[1].Rules[0].Findings[0]
	browse(t, browsing{report: htmlText(t, sample()), fragment: "#finding=" + f.Fingerprint, script: `async (win, doc) => {
		const dialog = await until(() => doc.querySelector("dialog[open]"));
		const out = {Title: doc.getElementById("d-title").textContent, Text: dialog.textContent,
			Link: dialog.querySelector(".actions a").href, Copies: dialog.querySelectorAll(".fix .copy").length};
		[...dialog.querySelectorAll("button")].find(b => b.textContent.startsWith("All findings")).click();
		out.Resource = dialog.textContent; out.Hash = win.location.hash;
		dialog.querySelector("#close").click();
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
	assert.True(t, seen.Closed)
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
		Names                                   []string
	}
	browse(t, browsing{report: htmlText(t, hostile()), script: `async (win, doc) => {
		let alerted = false; win.alert = () => { alerted = true; };
		const names = [];
		for (const item of [...doc.querySelectorAll("#list .item")]) {
			item.click(); names.push(doc.getElementById("d-title").textContent); doc.getElementById("close").click();
		}
		doc.getElementById("f-view").value = "resources";
		doc.getElementById("f-view").dispatchEvent(new win.Event("change"));
		for (const d of doc.querySelectorAll("details")) d.open = true;
		await sleep(300);
		const all = [...doc.querySelectorAll("*")];
		return {Scripts: doc.scripts.length, Images: doc.querySelectorAll("img, iframe, object, embed, link, base").length,
			Handlers: all.filter(e => [...e.attributes].some(a => a.name.startsWith("on"))).length,
			Links: all.filter(e => e.href && !/^(https:|http:\/\/127)/.test(String(e.href.baseVal || e.href))).length,
			Items: doc.querySelectorAll("#list .item").length, Alerted: alerted, Names: names};
	}`}, &seen)
	assert.Equal(t, 2, seen.Scripts)
	assert.Zero(t, seen.Images)
	assert.Zero(t, seen.Handlers)
	assert.Zero(t, seen.Links)
	assert.False(t, seen.Alerted)
	assert.Equal(t, hostile().Summary.Findings.Fail, seen.Items)
	assert.Contains(t, seen.Names, "<script>alert(1)</script><img src=x onerror=alert(1)>: Two agents have one name")
}

func TestBrowserFitsAPhone(t *testing.T) {
	for name, r := range map[string]*audit.Report{"sample": sample(), "hostile": hostile()} {
		var seen struct {
			Wide   []string
			Narrow bool
		}
		browse(t, browsing{report: htmlText(t, r), width: 375, script: `async (win, doc) => {
			for (const d of doc.querySelectorAll("details")) d.open = true;
			await sleep(100);
			const wide = [...doc.querySelectorAll("main *")].filter(e => !e.closest("pre, svg, nav") &&
				e.getBoundingClientRect().right > 376 && win.getComputedStyle(e).display !== "none");
			const narrow = doc.querySelector(".picture.narrow");
			return {Wide: wide.map(e => e.outerHTML.slice(0, 120)), Narrow: !narrow || win.getComputedStyle(narrow).display === "block"};
		}`}, &seen)
		assert.Empty(t, seen.Wide, name)
		assert.True(t, seen.Narrow)
	}
}

func TestBrowserWithTenThousandFindings(t *testing.T) {
	var seen struct {
		Count, Page, Last string
		Items             int
	}
	browse(t, browsing{report: htmlText(t, crowded(10_000)), script: `async (win, doc) => {
		const get = id => doc.getElementById(id);
		const out = {Page: get("page").textContent, Items: get("list").children.length};
		get("q").value = "ROBOT_0999 covers"; get("q").dispatchEvent(new win.Event("input"));
		await until(() => /of/.test(get("count").textContent)); out.Count = get("count").textContent;
		get("next").disabled || get("next").click();
		out.Last = get("list").lastElementChild.textContent;
		return out;
	}`}, &seen)
	assert.Equal(t, "Page 1 of 200", seen.Page)
	assert.Equal(t, 50, seen.Items)
	assert.Equal(t, "10 of 10,000 findings.", seen.Count)
	assert.Contains(t, seen.Last, "Robot_09999")
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
	page := htmlText(t, sample())
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
				doc.querySelector("#list .item").click();
				await run();
				return found;
			}`}, &seen)
			assert.Empty(t, seen, "%s, %d wide", theme, width)
		}
	}
}
