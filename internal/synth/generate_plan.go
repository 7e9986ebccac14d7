package synth

import (
	"strconv"
	"time"
)

// kind keeps apart the ids and the choices that are derived from an index.
type kind uint16

const (
	kindAgent kind = iota + 1
	kindBlueprint
	kindBlueprintApp
	kindPrincipal
	kindPerson
	kindGroup
	kindAgentUser
	kindPackage
	kindPackagePolicy
	kindAssignment
	kindGrant
	kindAppRole
	kindSignIn
	kindAudit
	kindDetection
	kindInstance
	kindCredential
	kindAge
	kindSecond
	kindSponsor
	kindSharing
	kindClassic
	kindClassicApp
	kindClassicApplication
	kindFault // one more for each fault below
)

// fault is something that is wrong with a few agents, blueprints or people.
type fault kind

const (
	faultDisabled fault = fault(kindFault) + iota
	faultNoSponsor
	faultOneSponsor
	faultUntagged
	faultNameTwice
	faultUnseen
	faultOrphan
	faultStanding
	faultBroadRole
	faultAtRisk
	faultEndlessPackage
	faultLongPackage
	faultRole
	faultDenied
	faultNotAttested
	faultRegistryTwice
	faultLegacy
	faultByMicrosoft
	faultTwoUsers
	faultOrphanUser
	faultSecret
	faultCertificate
	faultWildcard
	faultUndocumented
	faultMultiTenant
	faultForeign
	faultNoOwner
	faultInheritAll
	faultIssuer
	faultForeignIssuer
	faultAudience
	faultSharedSubject
	faultRedirect
	faultNeverDrilled
	faultPersonDisabled
	faultPersonGuest
	traitAgentUser
	traitAccess
	traitRegistered
)

// perMille is how many of a thousand have the fault or trait.
var perMille = [...]uint64{
	0: 30, faultNoSponsor - faultDisabled: 12, faultOneSponsor - faultDisabled: 60, faultUntagged - faultDisabled: 40, faultNameTwice - faultDisabled: 10,
	faultUnseen - faultDisabled: 30, faultOrphan - faultDisabled: 5, faultStanding - faultDisabled: 20, faultBroadRole - faultDisabled: 8, faultAtRisk - faultDisabled: 15,
	faultEndlessPackage - faultDisabled: 10, faultLongPackage - faultDisabled: 20, faultRole - faultDisabled: 4, faultDenied - faultDisabled: 25, faultNotAttested - faultDisabled: 40,
	faultRegistryTwice - faultDisabled: 10, faultLegacy - faultDisabled: 20,
	faultSecret - faultDisabled: 30, faultCertificate - faultDisabled: 30, faultWildcard - faultDisabled: 25, faultUndocumented - faultDisabled: 40, faultMultiTenant - faultDisabled: 20,
	faultForeign - faultDisabled: 50, faultNoOwner - faultDisabled: 20, faultInheritAll - faultDisabled: 15, faultIssuer - faultDisabled: 20,
	faultForeignIssuer - faultDisabled: 10, faultAudience - faultDisabled: 15, faultSharedSubject - faultDisabled: 10, faultRedirect - faultDisabled: 20, faultNeverDrilled - faultDisabled: 60,
	faultByMicrosoft - faultDisabled: 3, faultTwoUsers - faultDisabled: 10, faultOrphanUser - faultDisabled: 10,
	faultPersonDisabled - faultDisabled: 20, faultPersonGuest - faultDisabled: 15,
	traitAgentUser - faultDisabled: 100, traitAccess - faultDisabled: 300, traitRegistered - faultDisabled: 200,
}

// has draws whether the agent (or blueprint, or person) i has f. The first
// blueprints, on which most agents live, have no fault.
func (g *generator) has(f fault, i int) bool {
	if f >= faultSecret && f < faultPersonDisabled && i < 3 && g.faults == 1 {
		return false
	}
	return g.word(kind(f), uint64(i))%1000 < min(500, g.faults*perMille[f-faultDisabled])
}

func (g *generator) pick(k kind, i, n int) int {
	return int(g.word(k, uint64(i)) % uint64(n))
}

func (g *generator) agentID(i int) string        { return g.guid(kindAgent, uint64(i)) }
func (g *generator) blueprintAppID(j int) string { return g.guid(kindBlueprintApp, uint64(j)) }
func (g *generator) principalID(j int) string    { return g.guid(kindPrincipal, uint64(j)) }
func (g *generator) personID(n int) string       { return g.guid(kindPerson, uint64(n)) }
func (g *generator) groupID(n int) string        { return g.guid(kindGroup, uint64(n)) }
func (g *generator) packageID(n int) string      { return g.guid(kindPackage, uint64(n)) }
func (g *generator) agentUserID(i, n int) string { return g.guid(kindAgentUser, uint64(2*i+n)) }

// created returns when an agent was made: evenly over two years.
func (g *generator) created(i int) time.Time {
	return Ago(1 + g.pick(kindAge, i, 730)).Add(-g.second(i))
}

func (g *generator) second(i int) time.Duration {
	return time.Duration(g.pick(kindSecond, i, 86400)) * time.Second
}

var (
	agentTasks  = []string{"Invoice triage", "Order entry", "Claims check", "Shift planning", "Stock forecast", "Contract review", "Meeting notes", "経費精算", "Réclamations", "Lieferavis", "Returns desk", "Incident summary", "Release notes", "Leave request", "Route planning", "Toll accounting"}
	agentPlaces = []string{"Lisboa", "Zürich", "Kraków", "Nagoya 名古屋", "Montréal", "São Paulo", "Leeds", "Gdańsk", "Oslo", "Austin", "Pune", "Perth"}
	givenNames  = []string{"Ana", "Jörg", "Chiara", "Łukasz", "Zoë", "Mei", "Omar", "Dana", "Priya", "Taro", "Olena", "Sam"}
	familyNames = []string{"Souza", "Müller", "Rossi", "Wiśniewski", "O’Brien", "Chen", "Haddad", "Roy", "Natarajan", "Yamada", "Koval", "Ortiz"}
)

func (g *generator) agentName(i int) string {
	if g.has(faultNameTwice, i) && i > 0 && !g.has(faultNameTwice, i-1) {
		i--
	}
	task := agentTasks[g.pick(kindAgent, i, len(agentTasks))]
	place := agentPlaces[g.pick(kindAge, i, len(agentPlaces))]
	return task + " agent " + place + " " + strconv.Itoa(i)
}

func blueprintName(j int) string {
	return agentTasks[j%len(agentTasks)] + " blueprint " + strconv.Itoa(j)
}

func groupName(n int) string { return "sg-agents-" + strconv.Itoa(n) }

// person is a sponsor or an owner, as an expansion shows one.
func (g *generator) person(n int) *User {
	given := givenNames[n%len(givenNames)]
	family := familyNames[n/len(givenNames)%len(familyNames)]
	return &User{
		ID: g.personID(n), DisplayName: given + " " + family,
		UserPrincipalName: "person" + strconv.Itoa(n) + "@litware.example",
		Disabled:          g.has(faultPersonDisabled, n), Guest: g.has(faultPersonGuest, n),
	}
}

func (g *generator) personRef(n int) Ref {
	p := g.person(n)
	return Ref{Type: "user", ID: p.ID, Person: p}
}

// sponsors are two people, or one, or none.
func (g *generator) sponsors(i int) []Ref {
	first := g.pick(kindSponsor, i, g.nPeople)
	switch {
	case g.has(faultNoSponsor, i):
		return nil
	case g.has(faultOneSponsor, i):
		return []Ref{g.personRef(first)}
	}
	return []Ref{g.personRef(first), g.personRef((first + 1) % g.nPeople)}
}

// owners are one or two people.
func (g *generator) owners(i int) []Ref {
	first := g.pick(kindInstance, i, g.nPeople)
	if i%3 == 0 {
		return []Ref{g.personRef(first)}
	}
	return []Ref{g.personRef(first), g.personRef((first + 5) % g.nPeople)}
}

// access is the group and access package that an agent has, or -1.
func (g *generator) access(i int) int {
	if !g.has(traitAccess, i) {
		return -1
	}
	return g.pick(kindGroup, i, g.nGroups)
}

// packaged reports whether an access package with an end accounts for what the
// agent has.
func (g *generator) packaged(i int) bool { return !g.has(faultStanding, i) }
