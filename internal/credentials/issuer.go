package credentials

import (
	"net/url"
	"strings"
)

// Issuer is the issuer of a federated credential, taken apart as a URL. Its host
// is in lower case; its segments are those of the path, empty ones left out.
type Issuer struct {
	scheme, host, port string
	segments           []string
	wellFormed         bool
	hasUser            bool
	hasMore            bool // a query or a fragment
}

// ParseIssuer takes text apart. What is no URL with a host is kept as such: it
// is insecure, and on no list.
func ParseIssuer(text string) Issuer {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return Issuer{}
	}
	i := Issuer{
		scheme: u.Scheme, host: strings.ToLower(u.Hostname()), port: u.Port(),
		wellFormed: true, hasUser: u.User != nil,
		hasMore: u.RawQuery != "" || u.ForceQuery || u.Fragment != "",
	}
	for segment := range strings.SplitSeq(u.EscapedPath(), "/") {
		if segment != "" {
			i.segments = append(i.segments, segment)
		}
	}
	return i
}

// Insecure says what is wrong with an issuer that must not be trusted whoever it
// is, or "" when nothing is.
func (i Issuer) Insecure() string {
	switch {
	case !i.wellFormed:
		return "is not a well-formed https URL"
	case i.scheme != "https":
		return "is not https"
	case i.hasUser:
		return "has credentials in it"
	case isAddress(i.host):
		return "is an IP address"
	}
	return ""
}

// ApprovedIssuers is a list of issuers that may vouch for workloads.
type ApprovedIssuers struct{ patterns []issuerPattern }

type issuerPattern struct {
	Issuer
	whole bool // the issuer has no more path than this
}

// ApproveIssuers reads patterns: https URLs that an issuer must begin with, in
// whole host labels and path segments, where "*" stands for one label or
// segment. "$" at the end lets nothing follow: on a host where anybody can publish
// files, whoever owns a path could vouch for workloads. A pattern that is no such
// URL approves nothing.
func ApproveIssuers(patterns []string) ApprovedIssuers {
	var a ApprovedIssuers
	for _, text := range patterns {
		text, whole := strings.CutSuffix(text, "$")
		if p := ParseIssuer(text); p.Insecure() == "" && !p.hasMore {
			a.patterns = append(a.patterns, issuerPattern{p, whole})
		}
	}
	return a
}

// Approves reports whether i is on the list. An issuer that is insecure, or has
// a query, a fragment or a dot segment, is on none.
func (a ApprovedIssuers) Approves(i Issuer) bool {
	if i.Insecure() != "" || i.hasMore || hasDotSegment(i.segments) {
		return false
	}
	for _, p := range a.patterns {
		if p.whole && len(i.segments) > len(p.segments) {
			continue
		}
		if p.port == i.port && matchLabels(p.host, i.host) && matchSegments(p.segments, i.segments) {
			return true
		}
	}
	return false
}

func hasDotSegment(segments []string) bool {
	for _, s := range segments {
		if s = strings.ReplaceAll(strings.ToLower(s), "%2e", "."); s == "." || s == ".." {
			return true
		}
	}
	return false
}

func matchLabels(pattern, host string) bool {
	p, h := strings.Split(pattern, "."), strings.Split(host, ".")
	return len(p) == len(h) && matchSegments(p, h)
}

// matchSegments reports whether segments begin with those of pattern.
func matchSegments(pattern, segments []string) bool {
	if len(pattern) > len(segments) {
		return false
	}
	for i, p := range pattern {
		if p != segments[i] && (p != "*" || segments[i] == "") {
			return false
		}
	}
	return true
}
