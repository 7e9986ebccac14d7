package redact

import (
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ztagent/ztagent/internal/audit"
	"github.com/ztagent/ztagent/internal/credentials"
	"github.com/ztagent/ztagent/internal/tenant"
)

// patterns says how the credentials of one issuer match subjects, and so how
// much of a subject must stay comparable.
type patterns uint8

const (
	noPatterns   patterns = iota
	wholeWords            // every wildcard stands between words
	partsOfWords          // some wildcard stands for a part of a word
)

// patternsIn tells what an expression demands. Terms about other claims than
// the subject decide nothing.
func patternsIn(expression string) patterns {
	found := noPatterns
	if _, err := credentials.ParseExpression(expression); err != nil {
		return found
	}
	claim := ""
	_ = eachQuoted(expression, func(operator, text string) string {
		switch {
		case operator == "":
			claim = text
		case claim == "sub" && operator == "matches" && strings.ContainsAny(text, "*?"):
			found = max(found, patternsOf(text))
		}
		return text
	})
	return found
}

func patternsOf(glob string) patterns {
	if strings.Contains(glob, "?") {
		return partsOfWords
	}
	pieces := strings.Split(glob, "*")
	for i, piece := range pieces {
		before := i > 0 && piece != "" && (wordLength(piece) > 0 || piece[0] == '%')
		after := i < len(pieces)-1 && endsInWord(piece)
		if before || after {
			return partsOfWords
		}
	}
	return wholeWords
}

func endsInWord(s string) bool {
	inWord := false
	for kind := range tokens(s, true) {
		inWord = kind != separator
	}
	return inWord || strings.HasSuffix(s, "%")
}

// eachQuoted rewrites the quoted texts of an expression that was parsed: the
// name of a claim, with operator "", and the value it is compared with.
func eachQuoted(expression string, replace func(operator, text string) string) string {
	var b strings.Builder
	operator, isClaim := "", true
	for expression != "" {
		before, rest, ok := strings.Cut(expression, "'")
		b.WriteString(before)
		if !ok {
			break
		}
		text, after := unquote(rest)
		if operator = ""; !isClaim {
			operator = strings.Trim(before, "] ")
		}
		b.WriteString("'" + strings.ReplaceAll(replace(operator, text), "'", "''") + "'")
		expression, isClaim = after, !isClaim
	}
	return b.String()
}

// unquote reads up to the quote that closes; one inside is doubled.
func unquote(text string) (value, rest string) {
	var b strings.Builder
	for {
		before, after, _ := strings.Cut(text, "'")
		b.WriteString(before)
		if text, _ = strings.CutPrefix(after, "'"); text == after {
			return b.String(), after
		}
		b.WriteByte('\'')
	}
}

// issuerOf reads the issuer of a federated credential, which says how its
// subject is compared.
func issuerOf(credential []byte) (issuer, expression string) {
	var f tenant.FederatedIdentityCredential
	if err := json.Unmarshal(credential, &f); err != nil {
		return "", ""
	}
	e, _ := f.ClaimsMatchingExpression.Get()
	return f.Issuer.Or(""), e.Value.Or("")
}

func (r *rewriter) subject(issuer, s string) string {
	switch r.known.issuers[issuer] {
	case partsOfWords:
		return r.letters("subject "+issuer, s, lowerCase, upperCase, digits)
	case wholeWords:
		return r.pure(s)
	}
	return r.words(s)
}

func (r *rewriter) expression(issuer, s string) string {
	if _, err := credentials.ParseExpression(s); err != nil {
		return "expression-" + r.word("expression", s)
	}
	claim := ""
	return eachQuoted(s, func(operator, text string) string {
		switch {
		case operator == "":
			claim = text
			return r.pure(text)
		case claim == "sub":
			return r.subject(issuer, text)
		}
		return r.pure(text)
	})
}

// trust is all that verdicts ask of an issuer.
type trust struct {
	insecure      string
	entra         credentials.EntraIssuer
	own, approved bool
}

func trustOf(issuer string, own tenant.ID, cloud string) trust {
	i := credentials.ParseIssuer(issuer)
	approved := credentials.ApproveIssuers(audit.DefaultConfig().ApprovedIssuers)
	return trust{i.Insecure(), i.Entra(own), i.IsTenantIssuer(own, cloud), approved.Approves(i)}
}

// issuer replaces the words of an issuer. Should that make it another kind of
// issuer, it becomes a plain one of its kind.
func (r *rewriter) issuer(s string) string {
	want := trustOf(s, r.known.tenantID, r.known.cloud)
	own := r.ownID()
	if made := r.words(s); trustOf(made, own, r.known.cloud) == want {
		return made
	}
	return plainIssuer(want, own, r.word("issuer", s))
}

func (r *rewriter) ownID() tenant.ID {
	if r.known.tenantID.IsZero() {
		return tenant.ID{}
	}
	return tenant.ParseID(r.id(r.known.tenantID.String()))
}

func plainIssuer(t trust, own tenant.ID, name string) string {
	host, path := name+".invalid", "/"
	switch {
	case t.insecure == "is not a well-formed https URL":
		return "issuer-" + name
	case t.entra == credentials.EntraOwn:
		host, path = "login.microsoftonline.com", "/"+own.String()+"/"+name
	case t.entra == credentials.EntraForeign:
		host, path = "login.microsoftonline.com", "/common/"+name
	case t.entra == credentials.EntraUnclear:
		host, path = "login.microsoftonline.com", "/"+name
	case t.approved:
		host, path = "token.actions.githubusercontent.com", "/"+name
	}
	switch t.insecure {
	case "is not https":
		return "http://" + host + path
	case "has credentials in it":
		return "https://user@" + host + path
	case "is an IP address":
		return "https://240.0.0.1/" + name
	}
	return "https://" + host + path
}
