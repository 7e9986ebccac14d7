package graph

import (
	"context"
	"errors"
	"strings"
)

// explain turns an error of the identity library into one line on what to try.
func explain(err error) error {
	var known *SignInError
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	text := err.Error()
	for _, h := range signInHints() {
		if strings.Contains(text, h.code) {
			return &SignInError{Hint: h.hint + " (" + h.code + ")", Err: err}
		}
	}
	return &SignInError{Hint: firstLine(text), Err: err}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if len(line) > 300 {
		line = line[:300]
	}
	return strings.ToValidUTF8(line, "")
}

type signInHint struct{ code, hint string }

// signInHints are what Entra's most common refusals call for.
func signInHints() []signInHint {
	return []signInHint{
		{"AADSTS7000215", "the client secret is wrong: use its value, not its id"},
		{"AADSTS7000222", "the client secret has expired: make a new one, or better a federated credential"},
		{"AADSTS700016", "the app is not in this tenant: check --client-id and --tenant"},
		{"AADSTS90002", "there is no such tenant: check --tenant"},
		{"AADSTS900023", "there is no such tenant: check --tenant"},
		{"AADSTS7000229", "the app has no service principal in this tenant: consent to it there first"},
		{"AADSTS65001", "nobody has consented to the app's permissions: run `ztagent permissions -f az`"},
		{"AADSTS65002", "this client may not ask for these permissions: use an app registration of your own"},
		{"AADSTS70021", "no federated credential of the app matches the job's token: compare issuer, subject and audience"},
		{"AADSTS700213", "no federated credential of the app matches the job's token: compare issuer, subject and audience"},
		{"AADSTS700024", "the job's token has expired: sign in again"},
		{"AADSTS7000218", "the app is not a public client: allow public client flows in its authentication settings"},
		{"AADSTS700027", "the certificate does not belong to the app"},
		{"AADSTS53003", "Conditional Access blocks this sign-in"},
		{"AADSTS50076", "Conditional Access asks for multifactor authentication: sign in with --auth browser"},
		{"AADSTS50020", "this user does not exist in the tenant"},
	}
}
