package tenant

import (
	"strings"
	"unicode"
)

// GapOfError says what kind of gap an error answer of Graph or Azure leaves
// (Microsoft Learn, "Microsoft Graph error responses and resource types"). The
// status is 0 where only the body is known, as in a saved error. A licence is
// believed to be missing only where the answer says so and does not speak of
// permissions: notLicensed fails some rules, while forbidden leaves them unknown.
func GapOfError(httpStatus int, code, message string) GapStatus {
	words := foldedWords(code + " " + message)
	switch {
	case httpStatus == 429 || httpStatus >= 500:
		return GapFailed
	case permissionCode(code) && !has(words, "provisioned"):
		return GapForbidden
	case has(words, licenceWords...) && !has(words, permissionWords...):
		return GapNotLicensed
	case notEnabled(httpStatus, code, message):
		return GapNotEnabled
	case httpStatus == 401 || httpStatus == 403 || has(words, permissionWords...) || deniedCode(code):
		return GapForbidden
	}
	return GapFailed
}

var (
	licenceWords    = []string{"license", "licenses", "licence", "licences", "licensed", "unlicensed", "licensing", "premium", "sku", "skus"}
	permissionWords = []string{"privilege", "privileges", "permission", "permissions", "scope", "scopes", "consent"}
)

// permissionCode reports the codes that always mean a missing permission or
// role, whatever their message goes on to say.
func permissionCode(code string) bool {
	switch strings.ToLower(code) {
	case "authorization_requestdenied", "authentication_msgraphpermissionmissing",
		"authorizationfailed", "linkedauthorizationfailed", "invalidauthenticationtoken":
		return true
	}
	return false
}

func deniedCode(code string) bool {
	switch strings.ToLower(code) {
	case "accessdenied", "forbidden", "unauthorized", "unauthenticated", "authenticationerror",
		"erroraccessdenied", "invalidauthenticationtokentenant":
		return true
	}
	return strings.HasPrefix(strings.ToLower(code), "authorization_")
}

// notEnabled reports the forms of "this tenant, cloud or version does not have
// the feature": an unknown segment or cast, a tenant that was not onboarded,
// an API that was switched off or retired.
func notEnabled(httpStatus int, code, message string) bool {
	if httpStatus == 410 {
		return true
	}
	text := strings.ToLower(code + " " + message)
	for _, form := range []string{
		"resource not found for the segment", "not provisioned", "notprovisioned",
		"not onboarded", "notonboarded", "not enabled", "notenabled", "feature is disabled",
		"featuredisabled", "not available in this cloud", "not supported in this cloud",
	} {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

// foldedWords splits text into lower-case words, also where camel case starts a
// new one, so that "sku" is found in "SkuNotEnabled" and not in "riskUser", and
// the permission LicenseAssignment.Read.All is not taken for a licence.
func foldedWords(text string) map[string]bool {
	words := map[string]bool{}
	for field := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return !unicode.IsLetter(r) && r != '.' && r != '_'
	}) {
		if strings.Contains(strings.Trim(field, "."), ".") {
			continue // a permission or type name
		}
		for _, word := range camelWords(strings.Trim(field, "._")) {
			words[strings.ToLower(word)] = true
		}
	}
	return words
}

func camelWords(s string) []string {
	var words []string
	start := 0
	runes := []rune(s)
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || runes[i] == '_' || unicode.IsUpper(runes[i]) && !unicode.IsUpper(runes[i-1]) {
			words = append(words, strings.Trim(string(runes[start:i]), "_"))
			start = i
		}
	}
	return words
}

func has(words map[string]bool, wanted ...string) bool {
	for _, w := range wanted {
		if words[w] {
			return true
		}
	}
	return false
}
