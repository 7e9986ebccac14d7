package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// The forms of a snapshot: Graph's own lists, or an object a line.
const (
	lists = "json"
	lines = "jsonl"
)

// peer is a contender with what it is compared by.
type peer struct {
	*contender
	tool string // ours for ztagent with the compared rules
	form string
}

const ours = "ztagent"

func benchPeers(ctx context.Context, s *settings) error {
	if s.opa == "" || s.duckdb == "" {
		return errUsage
	}
	if err := s.absolute(); err != nil {
		return err
	}
	if s.about != "" {
		fmt.Fprintf(s.out, "%s\n\n", s.about)
	}
	for _, agents := range s.sizes {
		fmt.Fprintf(s.log, "%s agents …\n", number(agents))
		if err := s.peersOf(ctx, agents); err != nil {
			return fmt.Errorf("%d agents: %w", agents, err)
		}
	}
	return nil
}

// absolute paths, for DuckDB runs where its package is.
func (s *settings) absolute() error {
	for _, path := range []*string{&s.dir, &s.duckdb, &s.programs} {
		var err error
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	return nil
}

func (s *settings) peersOf(ctx context.Context, agents int) error {
	dirs := map[string]string{}
	for _, form := range []string{lists, lines} {
		dirs[form] = filepath.Join(s.dir, strconv.Itoa(agents)+"-"+form)
		if err := s.generate(ctx, agents, dirs[form], form); err != nil {
			return err
		}
		defer os.RemoveAll(dirs[form])
	}
	agreed := &agreement{}
	peers := s.peers(dirs, agreed)
	var contenders []*contender
	for _, p := range peers {
		contenders = append(contenders, p.contender)
	}
	// Peers print their findings; ours are taken out of the report, once.
	for _, p := range peers[:3] {
		if err := s.agree(ctx, p, agreed); err != nil {
			return err
		}
	}
	if err := alternate(ctx, s.rounds, contenders); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s agents; all give the same findings: %s\n\n", number(agents), agreed)
	peerTable(peers).print(s.out)
	goalTable(peerGoals(peers)).print(s.out)
	return nil
}

// peers are ztagent's own three, then the others.
func (s *settings) peers(dirs map[string]string, agreed *agreement) []peer {
	rules := []string{}
	for id := range comparedRules {
		rules = append(rules, "--check", id)
	}
	peers := []peer{
		{s.audit("ztagent, the three rules", dirs[lists], rules), ours, lists},
		{s.audit("ztagent, the three rules", dirs[lines], rules), ours, lines},
		{s.audit("ztagent, all rules", dirs[lists], nil), "", lists},
	}
	for _, other := range []peer{
		{s.rego(dirs[lists]), "OPA", lists},
		{s.sql(dirs[lists]), "DuckDB", lists},
		{s.sql(dirs[lines]), "DuckDB", lines},
		{s.jq(dirs[lists], lists), "jq", lists},
		{s.jq(dirs[lines], lines), "jq", lines},
	} {
		other.accept = agreed.check
		other.name = other.tool
		peers = append(peers, other)
	}
	return peers
}

func (s *settings) audit(name, dir string, rules []string) *contender {
	argv := []string{s.ztagent, "audit", "-q", "--snapshot", dir, "-f", "json", "-o", s.report(), "--fail-on", "never", "--unknown", "ignore"}
	return &contender{name: name, argv: append(argv, rules...)}
}

func (s *settings) report() string { return filepath.Join(s.dir, "report.json") }

func (s *settings) rego(dir string) *contender {
	argv := []string{
		s.opa, "eval", "--optimize-store-for-read-speed", "--format", "raw",
		"--data", filepath.Join(s.programs, "rules.rego"), "--data", "manifest:" + filepath.Join(dir, "manifest.json"),
	}
	for _, f := range append(joined(), file{"agents", "agentIdentities"}) {
		argv = append(argv, "--data", f.name+":"+filepath.Join(dir, f.dataset+".json"))
	}
	return &contender{argv: append(argv, `concat("\n", data.ztagent.finding)`)}
}

func (s *settings) sql(dir string) *contender {
	return &contender{
		argv: []string{"node", filepath.Join(s.programs, "duckdb.mjs"), dir, strconv.Itoa(runtime.GOMAXPROCS(0))},
		dir:  s.duckdb,
	}
}

func (s *settings) jq(dir, form string) *contender {
	argv := []string{"jq", "-nr", "-f", filepath.Join(s.programs, "rules.jq"), "--slurpfile", "manifest", filepath.Join(dir, "manifest.json")}
	for _, f := range joined() {
		argv = append(argv, "--slurpfile", f.name, filepath.Join(dir, f.dataset+"."+form))
	}
	return &contender{argv: append(argv, filepath.Join(dir, "agentIdentities."+form))}
}

type file struct{ name, dataset string }

// joined are the small files that agents are looked up in.
func joined() []file {
	return []file{
		{"blueprints", "agentIdentityBlueprints"},
		{"principals", "agentIdentityBlueprintPrincipals"},
		{"policies", "conditionalAccessPolicies"},
		{"classic", "classicAgents"},
		{"applications", "classicAgentApplications"},
	}
}

// agree takes the findings of one of ours out of its report.
func (s *settings) agree(ctx context.Context, p peer, agreed *agreement) error {
	once := contender{name: p.name, argv: p.argv}
	if err := once.measure(ctx); err != nil {
		return err
	}
	found := s.stage("findings", s.report())
	found.accept = agreed.check
	return found.measure(ctx)
}

// agreement holds the findings that the first gave, and holds the others to them.
type agreement struct{ findings []string }

func (a *agreement) check(stdout []byte) error {
	var findings []string
	for line := range bytes.Lines(stdout) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			findings = append(findings, string(line))
		}
	}
	slices.Sort(findings)
	switch {
	case len(findings) == 0:
		return errors.New("no finding")
	case a.findings == nil:
		a.findings = findings
	case !slices.Equal(a.findings, findings):
		return fmt.Errorf("other findings than the first: %s", difference(a.findings, findings))
	}
	return nil
}

// difference is the first finding that only one of two sorted lists has.
func difference(want, got []string) string {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got) || i < len(want) && want[i] < got[i]:
			return fmt.Sprintf("%d, not %d; it lacks %q", len(got), len(want), want[i])
		case i >= len(want) || want[i] > got[i]:
			return fmt.Sprintf("%d, not %d; only it has %q", len(got), len(want), got[i])
		}
	}
	return "none"
}

// String says how many findings each rule has.
func (a *agreement) String() string {
	counts, names := map[string]int{}, []string{}
	for _, finding := range a.findings {
		rule, _, _ := bytes.Cut([]byte(finding), []byte("\t"))
		if counts[string(rule)]++; counts[string(rule)] == 1 {
			names = append(names, string(rule))
		}
	}
	text := ""
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %s", name, number(counts[name]))
	}
	return text
}

func peerTable(peers []peer) *table {
	t := &table{}
	t.add("the three rules", "files", "CPU s", "wall s", "peak MB", "CPU × ztagent")
	for _, p := range peers {
		u := p.median()
		t.add(p.name, "."+p.form, seconds(u.cpu), seconds(u.wall), fmt.Sprintf("%.0f", u.peak), fmt.Sprintf("%.1f", over(u.cpu, cpuOf(peers, ours, p.form))))
	}
	return t
}

func cpuOf(peers []peer, tool, form string) time.Duration {
	for _, p := range peers {
		if p.tool == tool && p.form == form {
			return p.median().cpu
		}
	}
	return 0
}

// peerGoals judges P3 against each peer's better form of the same tenant, beside
// ztagent on that form.
func peerGoals(peers []peer) []goal {
	var goals []goal
	for _, asked := range []struct {
		tool  string
		ratio float64
	}{{"OPA", 10}, {"DuckDB", 1.5}, {"jq", 30}} {
		best := ""
		for _, form := range []string{lists, lines} {
			if cpu := cpuOf(peers, asked.tool, form); cpu > 0 && (best == "" || cpu < cpuOf(peers, asked.tool, best)) {
				best = form
			}
		}
		ratio := over(cpuOf(peers, asked.tool, best), cpuOf(peers, ours, best))
		goals = append(goals, goal{
			id: "P3", what: fmt.Sprintf("ahead of %s on .%s", asked.tool, best),
			asked: fmt.Sprintf("≥ %g ×", asked.ratio), measured: fmt.Sprintf("%.1f ×", ratio), met: ratio >= asked.ratio,
		})
	}
	return goals
}
