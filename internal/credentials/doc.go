// Package credentials knows what proves that a workload is a blueprint or a
// classic agent: secrets, certificates and federated credentials. It tells kinds
// and lifetimes apart, which key material or workload two owners share, and
// which issuers of tokens are trusted.
package credentials
