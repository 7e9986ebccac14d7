package permissions

import "strings"

// Match reports whether name has the form of pattern, in which "*" stands for
// any characters, also none. Permission names compare without case.
func Match(pattern, name string) bool {
	return match(strings.ToLower(pattern), strings.ToLower(name))
}

func match(pattern, name string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	if !strings.HasPrefix(name, head) {
		return false
	}
	name = name[len(head):]
	for {
		part, tail, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(name, rest)
		}
		// The first place where the part fits leaves most for what follows.
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], tail
	}
}

// MatchAny reports whether name has the form of one of patterns.
func MatchAny(name string, patterns ...string) bool {
	for _, p := range patterns {
		if Match(p, name) {
			return true
		}
	}
	return false
}
