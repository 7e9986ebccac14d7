package report

import (
	"fmt"
	"math"

	"github.com/ztagent/ztagent/internal/audit"
)

// share is one coloured part of a bar or a donut.
type share struct {
	Class   string // s-pass, s-fail, …
	X, Size float64
	Word    string
	N       int
}

// bar is a coverage bar, 100 units wide.
type bar struct {
	Shares []share
	Label  string // the same in words
}

// minShare keeps one of ten thousand visible.
const minShare = 1.5

func countsByStatus(c audit.Counts) []share {
	return []share{
		{Class: "s-pass", Word: "pass", N: c.Pass},
		{Class: "s-waived", Word: "waived", N: c.Waived},
		{Class: "s-manual", Word: "manual", N: c.Manual},
		{Class: "s-unknown", Word: "unknown", N: c.Unknown},
		{Class: "s-fail", Word: "fail", N: c.Fail},
	}
}

func newBar(c audit.Counts) bar { return fill(countsByStatus(c), judged(c), 100) }

// fill gives every share its part of whole, and every one that is there at least
// minShare.
func fill(shares []share, total int, whole float64) bar {
	b := bar{Label: "nothing judged"}
	if total == 0 {
		return b
	}
	b.Label = ""
	sum := 0.0
	for _, s := range shares {
		if s.N == 0 {
			continue
		}
		s.Size = max(whole*float64(s.N)/float64(total), minShare)
		sum += s.Size
		if b.Label != "" {
			b.Label += ", "
		}
		b.Label += fmt.Sprintf("%d %s", s.N, s.Word)
		b.Shares = append(b.Shares, s)
	}
	x := 0.0
	for i := range b.Shares {
		b.Shares[i].Size = round(b.Shares[i].Size * whole / sum)
		b.Shares[i].X = round(x)
		x += b.Shares[i].Size
	}
	return b
}

// round keeps the page short: a hundredth of a unit is not seen.
func round(x float64) float64 { return math.Round(x*100) / 100 }

// level is one level of risk with what would become of the agents at it.
type level struct {
	Name            string
	Bar             bar
	Blocked, Agents int
}

// levels are none where nobody was counted.
func levels(counts []audit.WhatIf) []level {
	var levels []level
	for _, w := range counts {
		agents := w.Blocked + w.NotBlocked + w.Unknown
		if agents == 0 {
			return nil
		}
		levels = append(levels, level{w.RiskLevel, fill([]share{
			{Class: "s-pass", Word: "blocked", N: w.Blocked},
			{Class: "s-unknown", Word: "unknown", N: w.Unknown},
			{Class: "s-manual", Word: "not blocked", N: w.NotBlocked},
		}, agents, 100), w.Blocked, agents})
	}
	return levels
}

// donutLength is the circumference of the donut's circle, of radius 42.
const donutLength = 263.894

// newDonut is a ring of checks by status; X is how far round a share starts.
func newDonut(c audit.Counts) bar {
	shares := append(countsByStatus(c), share{Class: "s-na", Word: "not applicable", N: c.NotApplicable})
	return fill(shares, c.Evaluated, donutLength)
}

// picture is the note's trust boundaries: what stands between the Internet and
// the data, drawn once for wide pages and once for narrow ones.
type picture struct {
	Width, Height int
	Class         string
	Internet      box
	Gates         []gate
	Arrows        []arrow
	Description   string
}

type box struct{ X, Y, W, H int }

// MidX and MidY are the middle of the box.
func (b box) MidX() int { return b.X + b.W/2 }
func (b box) MidY() int { return b.Y + b.H/2 }

type gate struct {
	box
	Name   string
	Status audit.Status
	Lines  []gateLine
}

type gateLine struct {
	X, Y    int // the middle of its mark
	Status  audit.Status
	Text    []textLine
	Numbers textLine
	Check   string // the first check behind it, to go to
}

type textLine struct {
	X, Y int
	Text string
}

type arrow struct{ X1, Y1, X2, Y2 int }

// Class is the status as a style class.
func (g gate) Class() string     { return statusClass(g.Status) }
func (l gateLine) Class() string { return statusClass(l.Status) }
func (l gateLine) Mark() string {
	if l.Status == audit.Manual {
		return "…"
	}
	return statusMark(l.Status)
}

func statusClass(s audit.Status) string {
	if s == audit.NotApplicable {
		return "s-na"
	}
	return "s-" + s.String()
}

// Pictures are the wide and the narrow drawing.
func (p htmlPage) Pictures() []picture {
	groups := p.groups(audit.Boundary)
	if len(groups) == 0 {
		return nil
	}
	return []picture{widePicture(groups), narrowPicture(groups)}
}

const (
	gateHead   = 46
	lineHeight = 18
	gatePad    = 16
	arrowRoom  = 30
)

func widePicture(groups []group) picture {
	const internet, width = 104, 1080
	p := picture{Class: "wide", Width: width, Description: describe(groups)}
	gateWidth := (width - internet - arrowRoom*len(groups)) / len(groups)
	x := internet + arrowRoom
	for _, g := range groups {
		gate := newGate(g, box{X: x, Y: 0, W: gateWidth}, (gateWidth-52)*10/72)
		p.Gates = append(p.Gates, gate)
		p.Height = max(p.Height, gate.H)
		x += gateWidth + arrowRoom
	}
	p.Internet = box{X: 0, Y: p.Height/2 - 30, W: internet, H: 60}
	for i := range p.Gates {
		p.Gates[i].H = p.Height
		right := p.Gates[i].X
		p.Arrows = append(p.Arrows, arrow{right - arrowRoom + 5, p.Height / 2, right - 7, p.Height / 2})
	}
	return p
}

func narrowPicture(groups []group) picture {
	const width = 360
	p := picture{Class: "narrow", Width: width, Description: describe(groups)}
	p.Internet = box{X: width/2 - 60, Y: 0, W: 120, H: 44}
	y := p.Internet.H
	for _, g := range groups {
		p.Arrows = append(p.Arrows, arrow{width / 2, y + 4, width / 2, y + arrowRoom - 8})
		gate := newGate(g, box{X: 0, Y: y + arrowRoom, W: width}, (width-52)*10/72)
		p.Gates = append(p.Gates, gate)
		y = gate.Y + gate.H
	}
	p.Height = y
	return p
}

// newGate lays a group's lines out under its name; columns is how much text fits
// beside a mark.
func newGate(g group, b box, columns int) gate {
	out := gate{box: b, Name: g.Group, Status: g.Status}
	y := b.Y + gateHead
	for _, l := range g.lines {
		line := gateLine{X: b.X + gatePad + 9, Y: y + 9, Status: l.Status}
		if len(l.Checks) > 0 {
			line.Check = l.Checks[0]
		}
		left := b.X + gatePad + 26
		for _, text := range wrap(l.Text, columns) {
			line.Text = append(line.Text, textLine{left, y + 14, text})
			y += lineHeight
		}
		line.Numbers = textLine{left, y + 14, failedOf(l.counts)}
		y += lineHeight + 12
		out.Lines = append(out.Lines, line)
	}
	out.H = y - b.Y + 4
	return out
}

func describe(groups []group) string {
	s := "From the Internet inwards"
	for _, g := range groups {
		s += fmt.Sprintf("; %s: %s", g.Group, statusWord(g.Status))
		for _, l := range g.lines {
			s += fmt.Sprintf(", %s %s (%s)", l.Text, statusWord(l.Status), failedOf(l.counts))
		}
	}
	return s + "."
}
