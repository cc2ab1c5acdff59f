package report

import (
	"net/url"
	"strings"
)

// Anonymous takes user and password off an address. Where it cannot be read they end at the last "@": a password may have any sign in it.
func Anonymous(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if scheme += "://"; !ok {
		scheme, rest = "", address
	}
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	if _, err := url.Parse("//" + host); err != nil && !strings.Contains(host, "@") {
		host = rest // "user:a/b@host": what stands before the slash is no host
	}
	return scheme + rest[strings.LastIndex(host, "@")+1:]
}
