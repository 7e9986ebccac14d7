// Package graph is the live source: it signs in, reads a tenant through
// Microsoft Graph and Azure Resource Manager, and writes what they answer as a
// snapshot directory. It only reads, sends tokens to the configured hosts only,
// and is the one package that knows the network.
package graph

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// Cloud is where a tenant lives.
type Cloud struct {
	Name      string // public, usgov, usgov-dod, china
	Graph     string // root that requests go to, such as https://graph.microsoft.com
	ARM       string
	Authority string // sign-in host, such as https://login.microsoftonline.com/
	// GraphScope and ARMScope name the resource in token requests. They are the
	// cloud's own also where requests go through a custom endpoint.
	GraphScope string
	ARMScope   string
	custom     bool // the authority is not one of Microsoft's
}

// Endpoints replace parts of a cloud: proxies, private clouds and tests.
type Endpoints struct {
	Graph     string // --graph-endpoint
	ARM       string // --arm-endpoint
	Authority string // AZURE_AUTHORITY_HOST
}

// CloudNames are the values of --cloud.
func CloudNames() []string { return []string{"public", "usgov", "usgov-dod", "china"} }

func knownCloud(name string) (Cloud, bool) {
	switch name {
	case "", "public":
		return Cloud{
			Name: "public", Graph: "https://graph.microsoft.com", ARM: "https://management.azure.com",
			Authority: cloud.AzurePublic.ActiveDirectoryAuthorityHost,
		}, true
	case "usgov":
		return Cloud{
			Name: name, Graph: "https://graph.microsoft.us", ARM: "https://management.usgovcloudapi.net",
			Authority: cloud.AzureGovernment.ActiveDirectoryAuthorityHost,
		}, true
	case "usgov-dod":
		return Cloud{
			Name: name, Graph: "https://dod-graph.microsoft.us", ARM: "https://management.usgovcloudapi.net",
			Authority: cloud.AzureGovernment.ActiveDirectoryAuthorityHost,
		}, true
	case "china":
		return Cloud{
			Name: name, Graph: "https://microsoftgraph.chinacloudapi.cn", ARM: "https://management.chinacloudapi.cn",
			Authority: cloud.AzureChina.ActiveDirectoryAuthorityHost,
		}, true
	}
	return Cloud{}, false
}

// CloudOf returns a cloud by name with endpoints replaced. Endpoints must be
// https, except on loopback.
func CloudOf(name string, replace Endpoints) (Cloud, error) {
	c, ok := knownCloud(name)
	if !ok {
		return Cloud{}, fmt.Errorf("there is no cloud %q: use one of %s", name, strings.Join(CloudNames(), ", "))
	}
	c.GraphScope, c.ARMScope = c.Graph+"/.default", c.ARM+"/.default"
	for _, e := range []struct {
		what, value string
		into        *string
	}{
		{"the Graph endpoint", replace.Graph, &c.Graph},
		{"the Azure endpoint", replace.ARM, &c.ARM},
		{"the authority", replace.Authority, &c.Authority},
	} {
		if e.value == "" {
			continue
		}
		root, err := endpoint(e.value)
		if err != nil {
			return Cloud{}, fmt.Errorf("%s %w", e.what, err)
		}
		*e.into = root
	}
	if replace.Authority != "" {
		c.Authority += "/"
		c.custom = !microsoftAuthority(c.Authority)
	}
	return c, nil
}

// endpoint checks an endpoint and returns it without a trailing slash.
func endpoint(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return "", fmt.Errorf("must be a URL such as https://graph.microsoft.com, not %.100q", text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("must be a plain URL without user, query or fragment")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "", fmt.Errorf("must use https: over http the token could be read on the way")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", fmt.Errorf("must use https, not %q", u.Scheme)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// loopback holds the names that the SDK, too, takes for this machine.
func loopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

func microsoftAuthority(authority string) bool {
	for _, name := range CloudNames() {
		if c, _ := knownCloud(name); strings.TrimRight(c.Authority, "/") == strings.TrimRight(authority, "/") {
			return true
		}
	}
	return false
}

// configuration is the cloud as azcore wants it.
func (c Cloud) configuration() cloud.Configuration {
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: c.Authority,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: c.ARM, Audience: strings.TrimSuffix(c.ARMScope, "/.default")},
		},
	}
}
