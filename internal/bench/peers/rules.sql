-- The three rules in DuckDB SQL. duckdb.mjs puts the files in place of the words
-- in braces. Columns are named with their types, so that nothing is inferred and
-- nothing else is read; the attributes of an agent stay text until a filter asks.

CREATE TEMP TABLE about AS
SELECT takenAt, tenantId FROM read_json('{manifest}', columns = {takenAt: 'VARCHAR', tenantId: 'VARCHAR'});

CREATE TEMP TABLE blueprints AS
SELECT * FROM {agentIdentityBlueprints: id VARCHAR, appId VARCHAR,
  passwordCredentials STRUCT(endDateTime VARCHAR)[],
  keyCredentials STRUCT("type" VARCHAR, endDateTime VARCHAR, customKeyIdentifier VARCHAR)[]};

CREATE TEMP TABLE applications AS
SELECT * FROM {classicAgentApplications: id VARCHAR, appId VARCHAR,
  passwordCredentials STRUCT(endDateTime VARCHAR)[],
  keyCredentials STRUCT("type" VARCHAR, endDateTime VARCHAR, customKeyIdentifier VARCHAR)[]}
WHERE appId NOT IN (SELECT appId FROM blueprints);

CREATE TEMP TABLE classic AS
SELECT * FROM {classicAgents: id VARCHAR, appId VARCHAR, appOwnerOrganizationId VARCHAR, accountEnabled BOOLEAN,
  disabledByMicrosoftStatus VARCHAR};

CREATE TEMP TABLE principals AS
SELECT * FROM {agentIdentityBlueprintPrincipals: id VARCHAR, appId VARCHAR};

-- Policies that block on all resources and have no condition but risk.
CREATE TEMP TABLE covering AS
SELECT id,
  coalesce(c.includeAgentIdServicePrincipals, []) || coalesce(c.includeServicePrincipals, []) AS included,
  coalesce(c.excludeAgentIdServicePrincipals, []) || coalesce(c.excludeServicePrincipals, []) AS excluded,
  c.agentIdServicePrincipalFilter.mode AS mode,
  regexp_extract(c.agentIdServicePrincipalFilter.rule,
    '^CustomSecurityAttribute\.([^_ ]+)_([^ ]+) -(eq|ne) "([^"]*)"$', ['set', 'name', 'operator', 'value']) AS test
FROM (SELECT id, state, grantControls, conditions, conditions.clientApplications AS c, conditions.applications AS a
  FROM {conditionalAccessPolicies: id VARCHAR, state VARCHAR, grantControls STRUCT(builtInControls VARCHAR[]),
    conditions STRUCT(
      applications STRUCT(includeApplications VARCHAR[], excludeApplications VARCHAR[], applicationFilter JSON),
      clientApplications STRUCT(
        includeAgentIdServicePrincipals VARCHAR[], excludeAgentIdServicePrincipals VARCHAR[],
        includeServicePrincipals VARCHAR[], excludeServicePrincipals VARCHAR[],
        agentIdServicePrincipalFilter STRUCT(mode VARCHAR, rule VARCHAR)),
      clientAppTypes VARCHAR[], locations JSON, platforms JSON, devices JSON, authenticationFlows JSON, insiderRiskLevels JSON)})
WHERE state = 'enabled' AND list_contains(grantControls.builtInControls, 'block')
  AND list_contains(a.includeApplications, 'All')
  AND len(list_filter(a.excludeApplications, lambda x: x <> 'fb60f99c-7a34-4190-8149-302f77469936')) = 0
  AND list_contains(conditions.clientAppTypes, 'all') AND c IS NOT NULL
  AND coalesce(nullif(a.applicationFilter, 'null'), nullif(conditions.locations, 'null'), nullif(conditions.platforms, 'null'),
    nullif(conditions.devices, 'null'), nullif(conditions.authenticationFlows, 'null'), nullif(conditions.insiderRiskLevels, 'null')) IS NULL;

-- Ids on the lists and, of blueprint principals, the appId of their agents.
CREATE TEMP TABLE subjects AS
WITH listed AS (
  SELECT id AS policy, true AS included, unnest(included) AS subject FROM covering
  UNION ALL SELECT id, false, unnest(excluded) FROM covering)
SELECT * FROM listed
UNION ALL SELECT policy, included, appId FROM listed JOIN principals ON principals.id = subject;

CREATE TEMP TABLE agents AS
SELECT id, agentIdentityBlueprintId AS appId, customSecurityAttributes AS tags
FROM {agentIdentities: id VARCHAR, agentIdentityBlueprintId VARCHAR, accountEnabled BOOLEAN,
  disabledByMicrosoftStatus VARCHAR, customSecurityAttributes JSON}
WHERE accountEnabled AND coalesce(disabledByMicrosoftStatus, 'NotDisabled') = 'NotDisabled';

-- Agents that a policy for all, without a filter, does not cover: few.
CREATE TEMP TABLE rest AS
SELECT * FROM agents WHERE NOT EXISTS (
  SELECT 1 FROM covering WHERE list_contains(included, 'All') AND mode IS NULL)
OR id IN (SELECT subject FROM subjects WHERE NOT included)
OR appId IN (SELECT subject FROM subjects WHERE NOT included);

CREATE TEMP TABLE secrets AS
SELECT id, appId FROM (SELECT * FROM blueprints UNION ALL SELECT * FROM applications), about
WHERE len(list_filter(passwordCredentials, lambda p: p.endDateTime IS NULL OR p.endDateTime > takenAt)) > 0
   OR len(list_filter(keyCredentials, lambda k: k."type" = 'Symmetric' AND (k.endDateTime IS NULL OR k.endDateTime > takenAt))) > 0;

CREATE TEMP TABLE marks AS
SELECT DISTINCT id, unnest(keyCredentials).customKeyIdentifier AS mark
FROM (SELECT * FROM blueprints UNION ALL SELECT * FROM applications);

SELECT 'client-secret' AS rule, id FROM blueprints WHERE id IN (SELECT id FROM secrets)
UNION ALL
SELECT 'client-secret', id FROM classic
WHERE accountEnabled AND coalesce(disabledByMicrosoftStatus, 'NotDisabled') = 'NotDisabled'
  AND (appOwnerOrganizationId IS NULL OR appOwnerOrganizationId = (SELECT tenantId FROM about))
  AND appId IN (SELECT appId FROM secrets JOIN applications USING (id, appId))
UNION ALL
SELECT DISTINCT 'shared-certificate', id FROM marks
WHERE id IN (SELECT id FROM blueprints)
  AND mark IN (SELECT mark FROM marks GROUP BY mark HAVING count(*) > 1)
UNION ALL
SELECT 'agent-not-covered', id FROM rest
WHERE NOT EXISTS (
  SELECT 1 FROM covering AS p
  WHERE (list_contains(p.included, 'All')
      OR EXISTS (SELECT 1 FROM subjects AS s WHERE s.policy = p.id AND s.included AND s.subject IN (rest.id, rest.appId))
      OR p.mode = 'include' AND
        (p.test.operator = 'eq') = (coalesce(rest.tags ->> ('$.' || p.test.set || '.' || p.test.name), '') = p.test.value))
    AND NOT EXISTS (SELECT 1 FROM subjects AS s WHERE s.policy = p.id AND NOT s.included AND s.subject IN (rest.id, rest.appId))
    AND NOT coalesce(p.mode = 'exclude' AND
        (p.test.operator = 'eq') = (coalesce(rest.tags ->> ('$.' || p.test.set || '.' || p.test.name), '') = p.test.value), false));
