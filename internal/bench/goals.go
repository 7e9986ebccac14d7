package main

import (
	"fmt"
	"math"
	"time"
)

// goal is a figure beside what was asked of it.
type goal struct {
	id, what string
	asked    string
	measured string
	met      bool
	// unmeasured says why there is no figure, "" when there is.
	unmeasured string
}

func goalTable(goals []goal) *table {
	t := &table{}
	t.add("goal", "asked", "measured", "")
	for _, g := range goals {
		verdict := "missed"
		switch {
		case g.unmeasured != "":
			g.measured, verdict = g.unmeasured, "not measured"
		case g.met:
			verdict = "met"
		}
		t.add(g.id+" "+g.what, g.asked, g.measured, verdict)
	}
	return t
}

// referenceSize is the number of agents at which goals are judged; without it, it
// is the largest that was measured.
const referenceSize = 100_000

func auditGoals(all []sized) []goal {
	at := len(all) - 1
	for i := range all {
		if all[i].agents == referenceSize {
			at = i
		}
	}
	one := &all[at]
	goals := []goal{decoding(one), whole(one)}
	for i := 1; i < len(all); i++ {
		if all[i-1].agents >= 10_000 {
			goals = append(goals, memory(&all[i-1], &all[i]), growth(&all[i-1], &all[i]))
		}
	}
	if len(all) < 2 || all[len(all)-2].agents < 10_000 {
		none := "two sizes of 10,000 agents or more"
		goals = append(goals, goal{id: "P4", what: "memory", asked: "≤ 0.25", unmeasured: none},
			goal{id: "P5", what: "growth", asked: "≤ 1.10", unmeasured: none})
	}
	goals = append(goals, averageRule(one))
	if at > 0 && all[at-1].agents >= 10_000 {
		goals = append(goals, rulesGrowth(&all[at-1], one))
	}
	return goals
}

func decoding(one *sized) goal {
	ratio := over(one.stages[oneThreadScan].cpu, one.stages[oneThreadRead].cpu)
	return goal{
		id: "P1", what: fmt.Sprintf("read %s agents / token scan, throughput on one thread", number(one.agents)),
		asked: "≥ 0.65", measured: fmt.Sprintf("%.2f", ratio), met: ratio >= 0.65,
	}
}

func whole(one *sized) goal {
	ratio := over(one.stages[audited].cpu, one.stages[scanned].cpu)
	return goal{
		id: "P2", what: fmt.Sprintf("audit of %s agents, two reports / token scan", number(one.agents)),
		asked: "≤ 4", measured: fmt.Sprintf("%.2f", ratio), met: ratio <= 4,
	}
}

// memory: how much of each further agent's JSON stays in memory.
func memory(small, large *sized) goal {
	more := float64(large.agents - small.agents)
	ratio := (large.stages[audited].peak - small.stages[audited].peak) * 1e6 / more / (float64(large.bytes) / float64(large.agents))
	return goal{
		id: "P4", what: "peak memory per agent / JSON per agent, " + from(small, large),
		asked: "≤ 0.25", measured: fmt.Sprintf("%.2f", ratio), met: ratio <= 0.25,
	}
}

func growth(small, large *sized) goal {
	e := exponent(small, large, func(s *sized) time.Duration { return s.stages[audited].cpu })
	return goal{
		id: "P5", what: "exponent of the audit, " + from(small, large),
		asked: "≤ 1.10", measured: fmt.Sprintf("%.2f", e), met: e <= 1.10,
	}
}

func averageRule(one *sized) goal {
	share := 100 * over(one.judging(), one.stages[audited].cpu) / float64(len(one.rules))
	dearest := one.rules[0]
	return goal{
		id: "P6", what: fmt.Sprintf("one more rule, of the audit of %s agents, on average", number(one.agents)), asked: "≤ 1 %",
		measured: fmt.Sprintf("%.2f %% (dearest %s %%)", share, percent(dearest.cpu, one.stages[audited].cpu)), met: share <= 1,
	}
}

func rulesGrowth(small, large *sized) goal {
	e := exponent(small, large, (*sized).judging)
	return goal{
		id: "P6", what: "exponent of judging, " + from(small, large),
		asked: "linear", measured: fmt.Sprintf("%.2f", e), met: !math.IsNaN(e) && e <= 1.10,
	}
}

func from(small, large *sized) string {
	return fmt.Sprintf("%s to %s", number(small.agents), number(large.agents))
}
