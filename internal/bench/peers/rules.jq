# The three rules in jq 1.6 or later. The agents are the input, a list as Graph
# returns it or one object a line; the rest comes by --slurpfile. It prints a
# line for each finding: rule, tab, id.
#
#   jq -nr -f rules.jq --slurpfile manifest manifest.json … agentIdentities.json

# What --slurpfile and input give: one Graph list, or objects.
def rows: if type == "object" and has("value") then .value[] else . end;

def active:
  .accountEnabled and (.disabledByMicrosoftStatus | . == null or . == "NotDisabled");

def set(f): reduce f as $x ({}; .[$x] = true);

# customSecurityAttributes, and a filter of one comparison.
def matches($f):
  (.[$f.set][$f.name]) as $have
  | if $f.operator == "eq" then $have == $f.value else $have != $f.value end;

def filter:
  if . == null then null
  else .mode as $mode
    | .rule
    | capture("^CustomSecurityAttribute[.](?<set>[^_ ]+)_(?<name>[^ ]+) -(?<operator>eq|ne) \"(?<value>[^\"]*)\"$")
      // error("a filter of more than one comparison")
    | . + {mode: $mode}
  end;

# A policy that blocks on all resources and has no condition but risk.
def stops:
  .state == "enabled"
  and (.grantControls.builtInControls // [] | index("block") != null)
  and (.conditions
    | (.applications.includeApplications | index("All") != null)
      and ([.applications.excludeApplications[] | select(. != "fb60f99c-7a34-4190-8149-302f77469936")] == [])
      and .applications.applicationFilter == null
      and (.clientAppTypes | index("all") != null)
      and .clientApplications != null
      and ([.locations, .platforms, .devices, .authenticationFlows, .insiderRiskLevels] | all(. == null)));

# An id and, of a blueprint principal, the appId of its agents.
def subjects($appIDs): set(.[]? | ., ($appIDs[.] // empty));

($manifest[0]) as $about
| $about.takenAt as $now
| [$blueprints[] | rows] as $blueprints
| set($blueprints[].appId) as $isBlueprint
| (reduce ($principals[] | rows) as $p ({}; .[$p.id] = $p.appId)) as $appIDs
| [$policies[] | rows | select(stops) | .conditions.clientApplications
    | {
        all: (.includeAgentIdServicePrincipals // [] | index("All") != null),
        in: ((.includeAgentIdServicePrincipals // []) + (.includeServicePrincipals // []) | subjects($appIDs)),
        out: ((.excludeAgentIdServicePrincipals // []) + (.excludeServicePrincipals // []) | subjects($appIDs)),
        filter: (.agentIdServicePrincipalFilter | filter)
      }] as $covering
| [$applications[] | rows | select($isBlueprint[.appId] | not)] as $applications
| (reduce $applications[] as $a ({}; .[$a.appId] = $a)) as $applicationOf

# A secret that has not expired.
| def secret:
    any(.passwordCredentials[], (.keyCredentials[] | select(.type == "Symmetric"));
      .endDateTime == null or .endDateTime > $now);

  def covered:
    .id as $id | .agentIdentityBlueprintId as $appID | .customSecurityAttributes as $tags
    | any($covering[];
        (.all or .in[$id] or .in[$appID]
          or (.filter != null and .filter.mode == "include" and (.filter as $f | $tags | matches($f))))
        and (.out[$id] or .out[$appID]
          or (.filter != null and .filter.mode == "exclude" and (.filter as $f | $tags | matches($f))) | not));

  ($blueprints[] | select(secret) | "client-secret\t" + .id),
  ($classic[] | rows | select(active)
    | select(.appOwnerOrganizationId == null or .appOwnerOrganizationId == $about.tenantId)
    | select($applicationOf[.appId] != null and ($applicationOf[.appId] | secret))
    | "client-secret\t" + .id),
  ((reduce (($blueprints[], $applications[])
        | .id as $owner | [.keyCredentials[].customKeyIdentifier] | unique[] | select(. != null)) as $mark
      ({}; .[$mark] += 1)) as $owners
    | $blueprints[] | select(any(.keyCredentials[].customKeyIdentifier; . != null and $owners[.] > 1))
    | "shared-certificate\t" + .id),
  (inputs | rows | select(active) | select(covered | not)
    | "agent-not-covered\t" + .id)
