//go:build browser

package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests look at what the HTML report shows of agents.

func TestBrowserFiltersByBlueprintMakerAndSponsor(t *testing.T) {
	type counted struct{ Option, Findings, Agents string }
	var seen map[string][]counted
	browse(t, browsing{report: render(t, as(HTML), sample(), Options{Dossiers: sampleDossiers()}), script: `async (win, doc) => {
		const get = id => doc.getElementById(id), count = () => get("count").textContent, out = {};
		const view = v => doc.querySelector("[name=view][value=" + v + "]").click();
		for (const id of ["f-blueprint", "f-maker", "f-sponsor"]) {
			out[id] = [];
			for (const o of [...get(id).options]) {
				get(id).value = o.value; get(id).dispatchEvent(new win.Event("change", {bubbles: true}));
				view("findings"); const findings = count();
				view("agents"); out[id].push({Option: o.textContent, Findings: findings, Agents: count()});
			}
			get(id).value = "";
		}
		get("filters").querySelector("[type=reset]").click(); await sleep(50);
		view("agents"); get("f-severity").value = "critical"; get("f-severity").dispatchEvent(new win.Event("change", {bubbles: true}));
		out.critical = [{Agents: count()}];
		get("f-severity").value = ""; get("q").value = "support desk"; get("q").dispatchEvent(new win.Event("input"));
		await until(() => count() !== out.critical[0].Agents); out.searched = [{Agents: count()}];
		return out;
	}`}, &seen)

	// Counted here from the sample by other means.
	total := sample().Summary.Findings
	all := total.Fail + total.Unknown + total.Manual + total.Waived
	findings := map[string]int{}
	for _, c := range sample().Checks {
		for _, r := range c.Rules {
			for _, f := range r.Findings {
				findings[string(f.Resource.Type)+" "+f.Resource.DisplayName]++
			}
		}
	}
	sum := func(resource string, agents func(i int) bool) counted {
		n, k := findings[resource], 0
		for i := range sampleAgents {
			if agents(i) {
				n += findings[agent(i)]
				k++
			}
		}
		return counted{"", fmt.Sprintf("%d of %d findings.", n, all), fmt.Sprintf("%d of %d agents.", k, len(sampleAgents))}
	}
	named := func(option string, c counted) counted { c.Option = option; return c }
	everything := counted{"All", fmt.Sprintf("%d findings.", all), fmt.Sprintf("%d agents.", len(sampleAgents))}
	isSupport := func(i int) bool { return i != 5 && i%3 == 2 }
	isFinance := func(i int) bool { return i%3 == 0 || i%3 == 1 }
	const finance, support = "agentIdentityBlueprint Finance Agents", "agentIdentityBlueprint Support Desk"
	assert.Equal(t, []counted{
		everything,
		named("Finance Agents", sum(finance, isFinance)),
		named("Support Desk", sum(support, isSupport)),
		named("(not known)", sum("", func(i int) bool { return i == 5 })),
	}, seen["f-blueprint"])
	unmade := sum(finance, func(i int) bool { return i%3 == 1 })
	unmade.Findings = fmt.Sprintf("%d of %d findings.", findings[finance]+findings[support]+func() (n int) {
		for i := 1; i < len(sampleAgents); i += 3 {
			n += findings[agent(i)]
		}
		return n
	}(), all)
	assert.Equal(t, []counted{
		everything,
		named("Finance Agents", sum("", func(i int) bool { return i%3 == 0 })),
		named("m2", sum("", func(i int) bool { return i == 5 })),
		named("Support Desk", sum("", isSupport)),
		named("(not known)", unmade),
	}, seen["f-maker"])
	assert.Equal(t, []counted{
		everything,
		named("Agent stewards", sum(finance, isSupport)),
		named("Ana Souza", sum("", func(i int) bool { return i%3 == 0 || isSupport(i) })),
		named("(no sponsor)", sum("", func(i int) bool { return i == 5 })),
		named("(not read)", sum(support, func(i int) bool { return i%3 == 1 })),
	}, seen["f-sponsor"])
	assert.Regexp(t, `^\d+ of 15 agents\.$`, seen["critical"][0].Agents)
	assert.Equal(t, "4 of 15 agents.", seen["searched"][0].Agents)
}

// From the list to a finding, to the dossier of its agent, to another finding, and
// all the way back, by keys that are really pressed.
func TestBrowserDrillsDownAndBackByKeyboard(t *testing.T) {
	var seen struct {
		Steps                   []string
		Dossier, Link, BackFrom string
		Focus, Outside          string
		Open                    bool
	}
	browse(t, browsing{report: render(t, as(HTML), sample(), Options{Dossiers: sampleDossiers()}), script: `async (win, doc) => {
		const title = () => doc.getElementById("d-title").textContent, active = () => doc.activeElement;
		const dialog = doc.querySelector("dialog"), steps = [];
		const tabTo = async is => { for (let i = 0; i < 80 && !is(active()); i++) await press("Tab"); if (!is(active())) throw new Error("no way to it by Tab"); };
		const enter = async name => { await press("Enter"); await until(() => dialog.open && title().includes(name)); steps.push(title()); };
		doc.getElementById("q").value = "legal hold"; doc.getElementById("q").dispatchEvent(new win.Event("input"));
		doc.getElementById("q").focus();
		await until(() => /of/.test(doc.getElementById("count").textContent));
		await tabTo(e => e.matches("#list a"));
		const first = active().getAttribute("href");
		await enter("An agent is at risk");
		const out = {Focus: active().id};
		await tabTo(e => e.textContent.startsWith("Dossier of"));
		await enter("Legal Hold Sweeper");
		out.Dossier = doc.getElementById("d-body").textContent;
		out.Link = doc.querySelector("#d-body .actions a").href;
		await tabTo(e => e.matches("#d-body .list a") && e.textContent.includes("A client secret is in use"));
		await enter("A client secret is in use");
		await press("Tab", 8); // back from the title, with Shift
		if (active().id !== "back") throw new Error("not the way back: " + active().outerHTML);
		await press("Enter"); await until(() => title() === "Legal Hold Sweeper"); steps.push(title());
		out.BackFrom = active().textContent;
		win.history.back(); await until(() => title().includes("An agent is at risk")); steps.push(title());
		await press("Escape"); await until(() => !dialog.open && !win.location.hash);
		out.Outside = active().getAttribute("href") === first ? "the finding" : active().outerHTML;
		return {...out, Steps: steps, Open: dialog.open};
	}`}, &seen)
	assert.Equal(t, []string{
		"Legal Hold Sweeper: An agent is at risk", "Legal Hold Sweeper", "Support Desk: A client secret is in use",
		"Legal Hold Sweeper", "Legal Hold Sweeper: An agent is at risk",
	}, seen.Steps)
	assert.Equal(t, "d-title", seen.Focus, "a screen reader begins with the title")
	assert.Contains(t, seen.BackFrom, "A client secret is in use", "the focus is where it was")
	assert.Equal(t, "the finding", seen.Outside, "the focus is back on what was opened first")
	assert.False(t, seen.Open)
	assert.True(t, strings.HasPrefix(seen.Link, "https://entra.microsoft.com/#view/agent/"))
	for _, want := range []string{
		"on blueprint", "at risk nonenot blocked", "at risk highblocked", "Identity", "Who answers for it", "Conditional Access",
		"reaches, because the policy includes all agent identities", "does not reach, because the policy is for users",
		"Granted directly, consented by an administrator", "Sites.ReadWrite.All", "Microsoft Graph · application", "An agent is at risk",
	} {
		assert.Contains(t, seen.Dossier, want)
	}
}

// The risk in small squares, the links between agents, blueprints and findings.
func TestBrowserListsAgents(t *testing.T) {
	var seen struct {
		Items, Strip, First, Resource, Many string
		Squares, Links                      int
	}
	page := render(t, as(HTML), sample(), Options{Dossiers: sampleDossiers()})
	var shared string
	for _, f := range sample().Checks[1].Rules[0].Findings {
		if f.Resource.DisplayName == "Finance Agents" {
			shared = f.Fingerprint
		}
	}
	require.NotEmpty(t, shared)
	browse(t, browsing{report: page, script: `async (win, doc) => {
		doc.querySelector("nav [data-view=agents]").click();
		await until(() => /agents/.test(doc.getElementById("count").textContent));
		const items = [...doc.querySelectorAll("#list a")], dialog = doc.querySelector("dialog");
		const out = {Items: items.length + " " + doc.getElementById("count").textContent, First: items[0].textContent,
			Strip: items[0].querySelector(".strip").getAttribute("aria-label"), Squares: items[0].querySelectorAll(".sq").length};
		win.location.hash = "#finding=` + shared + `";
		await until(() => dialog.open);
		out.Many = dialog.textContent;
		out.Links = dialog.querySelectorAll(".agents a[href^='#agent=']").length;
		win.location.hash = "#resource=" + encodeURIComponent("agentIdentityBlueprint/` + refOf("agentIdentityBlueprint Finance Agents").ID + `");
		await until(() => doc.getElementById("d-title").textContent === "Finance Agents");
		out.Resource = dialog.textContent;
		win.location.hash = "#agent=nobody";
		await until(() => !dialog.open);
		return out;
	}`}, &seen)
	assert.Equal(t, "15 15 agents.", seen.Items)
	assert.Equal(t, 4, seen.Squares)
	assert.Regexp(t, `^Blocked at risk\? none: not blocked, low: not blocked, medium: \S.*, high: blocked$`, seen.Strip)
	assert.Contains(t, seen.First, "critical", "the worst comes first")
	assert.Contains(t, seen.Many, "It is about 10 agents")
	assert.Equal(t, 10, seen.Links)
	assert.Contains(t, seen.Resource, "Agents that it is about")
	assert.Contains(t, page, "3 agents without a dossier")
}

// What is on paper: the whole report with everything open, or the dossier alone.
func TestBrowserPrintsADossier(t *testing.T) {
	var seen struct {
		Whole, One, After string
		Hidden            bool
		Dark, Light       string
		Paper             string
	}
	own := refOf(agent(0))
	browse(t, browsing{report: render(t, as(HTML), withWhatIf(), Options{Dossiers: sampleDossiers()}), script: `async (win, doc) => {
		const shown = () => doc.body.innerText, media = (type, scheme) =>
			browser("Emulation.setEmulatedMedia", {media: type, features: [{name: "prefers-color-scheme", value: scheme}]});
		const background = () => win.getComputedStyle(doc.body).backgroundColor;
		await media("", "light"); await until(() => !win.matchMedia("(prefers-color-scheme: dark)").matches);
		const out = {Light: background()};
		await media("", "dark"); await until(() => win.matchMedia("(prefers-color-scheme: dark)").matches);
		out.Dark = background();
		await media("print", "dark"); await until(() => win.matchMedia("print").matches);
		win.dispatchEvent(new win.Event("beforeprint"));
		out.Whole = shown(); out.Paper = background();
		out.Hidden = win.getComputedStyle(doc.getElementById("filters")).display === "none";
		win.dispatchEvent(new win.Event("afterprint"));
		win.location.hash = "#agent=` + own.ID + `";
		await until(() => doc.querySelector("dialog[open]"));
		win.dispatchEvent(new win.Event("beforeprint")); out.One = shown();
		win.dispatchEvent(new win.Event("afterprint"));
		await media("", "light"); doc.getElementById("close").click(); out.After = doc.getElementById("paper").textContent;
		return out;
	}`}, &seen)
	assert.Contains(t, seen.Whole, "Blocked at risk: none 0 · low 0 · medium 12 · high 36 of 38 (unknown: 2)")
	assert.Contains(t, seen.Whole, "It has a client secret that never ends.")
	assert.Contains(t, seen.Whole, "agentIdentityBlueprints.json:222")
	assert.True(t, seen.Hidden)
	assert.Equal(t, "rgb(255, 255, 255)", seen.Paper, "paper is white, whatever the theme")
	assert.NotEqual(t, seen.Dark, seen.Light)
	assert.Contains(t, seen.One, own.DisplayName)
	assert.Contains(t, seen.One, "reaches, because the policy includes all agent identities")
	assert.NotContains(t, seen.One, "Trust boundaries")
	assert.Empty(t, seen.After)
}
