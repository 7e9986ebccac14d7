package graphtest

import "strings"

// leakLength is how long the pieces are that are looked for, at every half of it:
// what is leaked is found from thirty-five characters on.
const leakLength = 24

// Leaks returns a part of the token that stands in text, or "". The header says
// nothing of the token, so only what follows it is looked for.
func Leaks(text, token string) string {
	_, secret, ok := strings.Cut(token, ".")
	if !ok {
		secret = token
	}
	for at := 0; at+leakLength <= len(secret); at += leakLength / 2 {
		if piece := secret[at : at+leakLength]; strings.Contains(text, piece) {
			return piece
		}
	}
	return ""
}
