package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// secretVariables hold what nothing that is printed may repeat, whatever a
// service, a proxy or a library puts into an error.
func secretVariables() []string {
	return []string{
		"ZTAGENT_GRAPH_TOKEN", "ZTAGENT_ARM_TOKEN", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_PASSWORD",
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SYSTEM_ACCESSTOKEN", "IDENTITY_HEADER", "MSI_SECRET",
	}
}

// shortestSecret is masked; what is shorter stands anywhere by chance.
const shortestSecret = 8

// discreet writes to out, without the secrets of the environment and without
// anything that looks like a token.
type discreet struct {
	out  io.Writer
	mask *strings.Replacer
}

// discreetly returns w with an Err that repeats no secret.
func discreetly(w *world) *world {
	var pairs []string
	for _, name := range secretVariables() {
		secret := strings.TrimSpace(w.env(name))
		if len(secret) < shortestSecret {
			continue
		}
		quoted, _ := jsontext.AppendQuote(nil, secret) // as far as it is UTF-8
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`)} {
			if form != "" {
				pairs = append(pairs, form, "(secret)")
			}
		}
	}
	quiet := *w
	quiet.Err = &discreet{w.Err, strings.NewReplacer(pairs...)}
	return &quiet
}

// tokenForm is that of a signed JSON web token, whole or without its signature.
var tokenForm = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?`)

func (d *discreet) Write(b []byte) (int, error) {
	text := tokenForm.ReplaceAllLiteralString(d.mask.Replace(string(b)), "(token)")
	if _, err := d.out.Write([]byte(text)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// warnIfShared warns of a file that others can read. Windows tells no such thing
// by a file's mode.
func warnIfShared(w *world, what, file, so string) {
	info, err := os.Stat(file)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		warn(w, fmt.Sprintf("others can read %s %s%s", what, file, so))
	}
}
