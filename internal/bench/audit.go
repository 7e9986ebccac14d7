package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stages of an audit, in the order of the table. Each holds the one before.
const (
	scanned = iota
	read
	judged
	audited
	oneThreadScan // of agentIdentities alone
	oneThreadRead
)

// sized is what was measured on the tenant of one size.
type sized struct {
	agents int
	bytes  int64 // of JSON
	report int64 // bytes of the JSON report
	stages []usage
	rules  []ruleCost // dearest first
}

type ruleCost struct {
	id  string
	cpu time.Duration
}

func benchAudit(ctx context.Context, s *settings) error {
	if s.hello == "" {
		return errUsage
	}
	start, err := s.startUp(ctx)
	if err != nil {
		return err
	}
	var all []sized
	for _, agents := range s.sizes {
		fmt.Fprintf(s.log, "%s agents …\n", number(agents))
		one, err := s.auditOf(ctx, agents)
		if err != nil {
			return fmt.Errorf("%d agents: %w", agents, err)
		}
		all = append(all, one)
	}
	if s.about != "" {
		fmt.Fprintf(s.out, "%s\n\n", s.about)
	}
	stageTable(all).print(s.out)
	rulesTable(all).print(s.out)
	goalTable(append(auditGoals(all), start.goals()...)).print(s.out)
	return nil
}

// auditOf generates a tenant, measures every stage on it and removes it.
func (s *settings) auditOf(ctx context.Context, agents int) (sized, error) {
	dir := filepath.Join(s.dir, strconv.Itoa(agents))
	if err := s.generate(ctx, agents, dir, "json"); err != nil {
		return sized{}, err
	}
	defer os.RemoveAll(dir)
	alone := filepath.Join(s.dir, strconv.Itoa(agents)+"-alone")
	if err := linkAgents(dir, alone); err != nil {
		return sized{}, err
	}
	defer os.RemoveAll(alone)
	report := filepath.Join(s.dir, "report.json")
	contenders := []*contender{
		scanned: s.stage("tokens", dir),
		read:    s.stage("read", dir),
		judged:  s.stage("judge", dir),
		audited: {name: "ztagent audit", argv: []string{
			s.ztagent, "audit", "-q", "--snapshot", dir, "--fail-on", "never", "--unknown", "ignore",
			"-f", "json", "-o", report, "-o", "sarif=" + filepath.Join(s.dir, "report.sarif"),
		}},
		oneThreadScan: s.stage("tokens-one-thread", alone),
		oneThreadRead: s.stage("read-one-thread", alone),
	}
	one := sized{agents: agents}
	if err := alternate(ctx, s.rounds, contenders); err != nil {
		return one, err
	}
	for _, c := range contenders {
		one.stages = append(one.stages, c.median())
	}
	var err error
	if one.bytes, err = sizeOf(dir); err != nil {
		return one, err
	}
	info, err := os.Stat(report)
	if err != nil {
		return one, err
	}
	one.report = info.Size()
	one.rules, err = s.ruleCosts(ctx, dir)
	return one, err
}

func (s *settings) generate(ctx context.Context, agents int, dir, form string) error {
	c := contender{name: "generating", argv: []string{s.self, "stage", "generate", strconv.Itoa(agents), dir, form}}
	return c.measure(ctx)
}

func (s *settings) stage(name, dir string) *contender {
	return &contender{name: name, argv: []string{s.self, "stage", name, dir}}
}

// linkAgents makes a snapshot of agentIdentities alone.
func linkAgents(dir, alone string) error {
	if err := os.RemoveAll(alone); err != nil {
		return err
	}
	if err := os.MkdirAll(alone, 0o700); err != nil {
		return err
	}
	const name = "agentIdentities.json"
	return os.Link(filepath.Join(dir, name), filepath.Join(alone, name))
}

func sizeOf(dir string) (int64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	var bytes int64
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return 0, err
		}
		bytes += info.Size()
	}
	return bytes, nil
}

// ruleCosts asks the stage of that name.
func (s *settings) ruleCosts(ctx context.Context, dir string) ([]ruleCost, error) {
	var costs []ruleCost
	c := s.stage("rules", dir)
	c.accept = func(stdout []byte) (err error) {
		costs, err = parseRuleCosts(stdout)
		return err
	}
	return costs, c.measure(ctx)
}

func parseRuleCosts(stdout []byte) ([]ruleCost, error) {
	var costs []ruleCost
	lines := bufio.NewScanner(bytes.NewReader(stdout))
	for lines.Scan() {
		cost, id, ok := strings.Cut(lines.Text(), " ")
		nanoseconds, err := strconv.ParseInt(cost, 10, 64)
		if !ok || err != nil {
			return nil, fmt.Errorf("no cost of a rule: %q", lines.Text())
		}
		costs = append(costs, ruleCost{id, time.Duration(nanoseconds)})
	}
	if len(costs) == 0 {
		return nil, fmt.Errorf("no rule was timed")
	}
	slices.SortFunc(costs, func(a, b ruleCost) int { return cmp.Compare(b.cpu, a.cpu) })
	return costs, lines.Err()
}

func stageTable(all []sized) *table {
	t := &table{}
	t.add("agents, stage", "CPU s", "wall s", "peak MB", "× token scan", "exponent")
	names := []string{
		scanned: "every token", read: "read", judged: "read, judge", audited: "ztagent audit, JSON and SARIF",
		oneThreadScan: "every token of the agents, one thread", oneThreadRead: "read the agents, one thread",
	}
	for i, one := range all {
		t.add(fmt.Sprintf("%s agents, %.0f MB, %.1f MB of report", number(one.agents), float64(one.bytes)/1e6, float64(one.report)/1e6))
		for stage, name := range names {
			u := one.stages[stage]
			growth := ""
			if i > 0 {
				growth = fmt.Sprintf("%.2f", exponent(&all[i-1], &one, func(s *sized) time.Duration { return s.stages[stage].cpu }))
			}
			t.add("  "+name, seconds(u.cpu), seconds(u.wall), fmt.Sprintf("%.0f", u.peak),
				fmt.Sprintf("%.2f", over(u.cpu, one.stages[scanned].cpu)), growth)
		}
	}
	return t
}

func rulesTable(all []sized) *table {
	t := &table{}
	t.add("rules", "agents", "CPU ms", "% of the audit", "exponent")
	for i, one := range all {
		audit := one.stages[audited].cpu
		growth := ""
		if i > 0 {
			growth = fmt.Sprintf("%.2f", exponent(&all[i-1], &one, (*sized).judging))
		}
		t.add(fmt.Sprintf("all %d", len(one.rules)), number(one.agents), milliseconds(one.judging()), percent(one.judging(), audit), growth)
		for _, r := range one.rules[:min(3, len(one.rules))] {
			t.add("  "+r.id, number(one.agents), milliseconds(r.cpu), percent(r.cpu, audit))
		}
	}
	return t
}

// judging is what all rules cost together.
func (s *sized) judging() time.Duration { return s.stages[judged].cpu - s.stages[read].cpu }

// exponent is the power of the number of agents by which a figure grew.
func exponent(small, large *sized, figure func(*sized) time.Duration) float64 {
	return math.Log(over(figure(large), figure(small))) / math.Log(float64(large.agents)/float64(small.agents))
}

func over(a, b time.Duration) float64 { return float64(a) / float64(b) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/1e6) }

func percent(a, b time.Duration) string { return fmt.Sprintf("%.2f", 100*over(a, b)) }
