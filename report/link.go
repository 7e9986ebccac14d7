package report

import (
	"net/url"
	"path"
	"strings"
)

// maxLink is the longest link that is followed; longer ones are no portal's.
const maxLink = 2000

// safeLink returns link if it is an https address with a host and nothing but
// printable ASCII, else "". A report may have been edited by anyone.
func safeLink(link string) string {
	if len(link) > maxLink || !plainASCII(link, false) {
		return ""
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// linkName is a link's text for a list of references: where it leads, short.
func linkName(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	name := path.Base("/" + u.Path)
	if u.Host != "learn.microsoft.com" { // which the style sheet puts before
		name = strings.TrimPrefix(u.Host, "www.") + " › " + name
	}
	return shorten(neutral(name), 80)
}
