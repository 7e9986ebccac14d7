package credentials

import (
	"net/netip"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// isAddress reports whether a host, without brackets, is an IP address in any
// way of writing it that a client would accept: IPv6, or IPv4 in decimal, octal
// or hexadecimal with one to four parts. As in the URL standard, a host whose
// last label is a number is an IPv4 address or nothing.
func isAddress(host string) bool {
	if strings.Contains(host, ":") {
		return true
	}
	host = plainHost(host)
	last := host[strings.LastIndexByte(host, '.')+1:]
	return isNumber(last)
}

// plainHost folds full-width digits and dots, which resolvers fold too, and
// drops the root's dot.
func plainHost(host string) string {
	host = norm.NFKC.String(host)
	host = strings.ReplaceAll(host, "。", ".")
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

func isNumber(label string) bool {
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return label != "" && strings.Trim(label, "0123456789") == ""
}

// IsLoopback reports whether a host, without brackets, is the machine itself.
func IsLoopback(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}
