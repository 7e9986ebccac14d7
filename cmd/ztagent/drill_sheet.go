package main

import (
	"fmt"
	"strings"

	"github.com/ztagent/ztagent/internal/drillplan"
	"github.com/ztagent/ztagent/internal/tenant"
)

// most is how many of a kind a plan lists for people; JSON has them all.
const most = 12

// azTrap: the one thing about the Azure CLI that costs time in the night.
const azTrap = "The lines for the Azure CLI work when it is signed in as an application that holds the permission (az login " +
	"--service-principal). The token of a person who ran az login carries Directory.AccessAsUser.All, and Graph refuses it for " +
	"agents: people use PowerShell, or the Entra admin center."

// planSheet writes a plan for people.
func planSheet(p *drillplan.Plan) *sheet {
	s := &sheet{}
	s.title("Drill of the kill switch: " + titled(p.Target))
	s.say(fmt.Sprintf("%s of %s, as read on %s. This only prints what to do: you send the requests, ztagent never does.",
		p.Target.ID, tenantName(p.Tenant), p.TakenAt))
	planBefore(s, p)
	planWho(s, p)

	s.heading("1. Stop")
	s.say("Note the time, in UTC: it is T0 below.")
	planRequests(s, p.Stop)
	s.say("PowerShell signs in first with:")
	s.code("powershell", p.Connect)
	s.say(azTrap)

	planStops(s, p)
	s.heading("3. Wait, and prove it")
	s.say(fmt.Sprintf("Leave it off for %d minutes at least, and let it try to work all the while. Then the logs must show:", p.LeastMinutes))
	s.list(p.Proof.Expect...)
	for _, q := range p.Proof.Queries {
		s.step(q.Title + ":")
		language, text := q.Language, q.Text
		if language == "graph" {
			language, text = "http", "GET "+text
		}
		s.code(language, text)
	}

	s.heading("4. Restore")
	planRequests(s, p.Restore)
	s.say("See that it works again: a sign-in with status.errorCode 0.")

	s.heading("5. Keep the proof")
	s.say("Sign-ins take some minutes to reach the log. Then:")
	s.code("sh", verifyCommand(p))
	s.say("It measures how long the stop and the recovery took, and keeps a record for audits after the logs are gone: 'ztagent audit " +
		"--drills killSwitchDrills.json'.")

	if len(p.Harder) > 0 {
		s.heading("Not a drill: when it is really out of hand")
		planRequests(s, p.Harder)
	}
	return s
}

func verifyCommand(p *drillplan.Plan) string {
	where := "TENANT"
	if id := p.Tenant.ID; len(id) == 36 {
		where = id
	}
	return "ztagent drill verify " + p.Disabled.ID + " --tenant " + where + " -o killSwitchDrills.json"
}

func planBefore(s *sheet, p *drillplan.Plan) {
	s.heading("Before")
	items := append([]string(nil), p.Notes...)
	if p.Blueprint != nil {
		items = append(items, "It lives on "+titled(*p.Blueprint)+".")
	}
	tell := func(who string, people []drillplan.Person) {
		if len(people) > 0 {
			items = append(items, "Tell its "+who+": "+strings.Join(personNames(people), "; ")+".")
		}
	}
	tell("sponsors", p.Tell.Sponsors)
	tell("owners", p.Tell.Owners)
	if p.Tell.Unknown != "" {
		items = append(items, p.Tell.Unknown)
	}
	s.list(append(items, "Agree on a time when it works: a drill at a quiet hour proves nothing.")...)
}

func personNames(people []drillplan.Person) []string {
	var names []string
	for i, person := range people {
		if i == most {
			return append(names, fmt.Sprintf("and %d more", len(people)-most))
		}
		names = append(names, personName(person))
	}
	return names
}

func personName(p drillplan.Person) string {
	name := p.DisplayName
	switch {
	case name == "":
		name = p.UserPrincipalName
	case p.UserPrincipalName != "":
		name += " (" + p.UserPrincipalName + ")"
	}
	if name == "" {
		name = p.ID
	}
	switch p.Kind {
	case "group":
		name = "group " + name
	case "servicePrincipal":
		name = "service principal " + name
	}
	if p.State == "disabled" || p.State == "deleted" {
		name += ", " + p.State
	}
	return name
}

func planWho(s *sheet, p *drillplan.Plan) {
	s.heading("Who can send them")
	var items []string
	add := func(people []drillplan.Person, tail func(drillplan.Person) string) {
		for i, person := range people {
			if i == most {
				items = append(items, fmt.Sprintf("and %d more (-f json lists them)", len(people)-most))
				return
			}
			items = append(items, personName(person)+": "+rolesHeld(person.Roles)+tail(person))
		}
	}
	add(p.Who.Sure, func(drillplan.Person) string { return "" })
	add(p.Who.Groups, func(person drillplan.Person) string {
		if person.Members == nil {
			return ", for its members"
		}
		return ", for its " + count(int(*person.Members), "member")
	})
	add(p.Who.Maybe, func(drillplan.Person) string {
		return "; whether the account is enabled and the role holds everywhere is not known"
	})
	if len(items) == 0 {
		s.say("Nobody is known who can: no enabled user holds a role that may disable agents.")
	}
	s.list(items...)
	s.say(p.Who.Unknown)
	also := "Its owners can disable and enable it too, and its sponsors can disable it."
	if p.Disabled.Type == tenant.TypeAgentIdentityBlueprintPrincipal {
		also = "Owners of the blueprint principal can too."
	}
	s.say(also + " An eligible role must be activated in Privileged Identity Management first, which can take minutes and an approval. " +
		"Whoever is on call should have tried it.")
}

func rolesHeld(roles []drillplan.Held) string {
	var parts []string
	for _, r := range roles {
		text := r.Role
		if r.Eligible {
			text += ", eligible"
		}
		if !r.Disables && r.Confirms {
			text += ", by confirming a compromise only"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

func planRequests(s *sheet, requests []drillplan.Request) {
	for i, r := range requests {
		if i == most {
			s.say(fmt.Sprintf("And %d more of the kind; -f json lists them.", len(requests)-most))
			return
		}
		s.step(r.Title)
		text := r.Method + " " + r.URL
		if r.Body != "" {
			text += "\nContent-Type: application/json\n\n" + r.Body
		}
		s.code("http", text)
		s.code("sh", r.AzureCLI)
		s.code("powershell", r.PowerShell)
		s.say(fmt.Sprintf("Permission %s; for people also a role: %s. %s", r.Permission, strings.Join(r.Roles, ", "), r.Note))
	}
}

func planStops(s *sheet, p *drillplan.Plan) {
	s.heading("2. What stops, and what does not")
	stops := "New tokens stop at once, or within minutes, for:"
	s.say(stops)
	s.list(append(objectItems(p.Stops.Agents), objectItems(p.Stops.AgentUsers)...)...)
	if len(p.Stops.Agents) == 0 {
		s.say("No agent of it was found.")
	}
	s.say(p.Stops.Unknown)
	s.say("What goes on:")
	s.list(p.GoesOn...)
}

func objectItems(objects []drillplan.Object) []string {
	var items []string
	for i, o := range objects {
		if i == most {
			return append(items, fmt.Sprintf("and %d more (-f json lists them)", len(objects)-most))
		}
		item := titled(o)
		if strings.TrimSpace(o.DisplayName) != "" {
			item += ", " + o.ID
		}
		switch o.State {
		case "disabled":
			item += ", disabled already"
		case "disabledByMicrosoft":
			item += ", disabled by Microsoft"
		case "unknown":
			item += ", enabled or not: not read"
		}
		items = append(items, item)
	}
	return items
}
