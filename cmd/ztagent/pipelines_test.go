//go:build linux

package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/ztagent/ztagent/internal/graph/graphtest"
	"github.com/ztagent/ztagent/report"
)

// release serves a release of ztagent as GitHub does: the program under test in
// an archive for this machine, and the checksums. tamper spoils the archive.
func release(t *testing.T, tamper bool) string {
	t.Helper()
	name := fmt.Sprintf("ztagent_9.9.9_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	archive := filepath.Join(t.TempDir(), name)
	packProgram(t, archive)
	data, err := os.ReadFile(archive)
	require.NoError(t, err)
	sum := sha256.Sum256(data)
	if tamper {
		data[len(data)-1] ^= 1
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/releases/latest", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/releases/tag/v9.9.9", http.StatusFound)
	})
	mux.HandleFunc("/releases/tag/v9.9.9", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/releases/download/v9.9.9/"+name, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	mux.HandleFunc("/releases/download/v9.9.9/checksums.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "%s  ztagent_9.9.9_plan9_amd64.tar.gz\n%s  %s\n", strings.Repeat("0", 64), hex.EncodeToString(sum[:]), name)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/releases"
}

// packProgram puts the program that scripts run under the name ztagent into an
// archive.
func packProgram(t *testing.T, archive string) {
	t.Helper()
	program, err := exec.LookPath("ztagent")
	require.NoError(t, err)
	in, err := os.Open(program)
	require.NoError(t, err)
	defer in.Close()
	info, err := in.Stat()
	require.NoError(t, err)
	out, err := os.Create(archive)
	require.NoError(t, err)
	zip, err := gzip.NewWriterLevel(out, gzip.NoCompression)
	require.NoError(t, err)
	pack := tar.NewWriter(zip)
	require.NoError(t, pack.WriteHeader(&tar.Header{Name: "ztagent", Mode: 0o755, Size: info.Size()}))
	_, err = io.Copy(pack, in)
	require.NoError(t, err)
	require.NoError(t, pack.Close())
	require.NoError(t, zip.Close())
	require.NoError(t, out.Close())
}

// bash runs a script as a runner does, and returns its output and exit status.
func bash(t *testing.T, dir string, env map[string]string, script string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command("bash", append([]string{"-eo", "pipefail", "-c", script, "bash"}, args...)...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8", "CI=true"}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		require.NoError(t, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// TestReleaseIsNamedAsItIsInstalled holds the release configuration to the names
// that scripts/install.sh and the templates build.
func TestReleaseIsNamedAsItIsInstalled(t *testing.T) {
	text, err := os.ReadFile("../../.goreleaser.yaml")
	require.NoError(t, err)
	var config struct {
		ProjectName string `yaml:"project_name"`
		Archives    []struct {
			Formats      []string
			NameTemplate string `yaml:"name_template"`
			Files        []struct{ Src string }
		}
		Checksum struct {
			NameTemplate string `yaml:"name_template"`
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &config))
	assert.Equal(t, "ztagent", config.ProjectName)
	assert.Equal(t, "checksums.txt", config.Checksum.NameTemplate)
	require.Len(t, config.Archives, 1)
	assert.Equal(t, []string{"tar.gz"}, config.Archives[0].Formats)
	assert.Equal(t, "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}", config.Archives[0].NameTemplate)
	for _, file := range config.Archives[0].Files {
		if generated := strings.HasPrefix(file.Src, "completions/") || strings.HasPrefix(file.Src, "manpages/"); !generated {
			found, err := filepath.Glob("../../" + file.Src)
			require.NoError(t, err)
			assert.NotEmpty(t, found, file.Src)
		}
	}
}

func TestInstallChecksWhatItInstalls(t *testing.T) {
	script, err := filepath.Abs("../../scripts/install.sh")
	require.NoError(t, err)
	good, spoiled := release(t, false), release(t, true)
	for name, c := range map[string]struct {
		releases, version string
		code              int
		want              string
	}{
		"latest":       {good, "latest", 0, "installed ztagent v9.9.9"},
		"named":        {good, "v9.9.9", 0, "installed ztagent v9.9.9"},
		"bare":         {good, "9.9.9", 0, "installed ztagent v9.9.9"},
		"tampered":     {spoiled, "latest", 1, "and checksums.txt says"},
		"not there":    {good, "v1.0.0", 22, "404"},
		"no version":   {good, "../../x", 1, "is no version"},
		"unencrypted":  {"http://releases.example", "latest", 1, "is not an https address"},
		"another file": {"file:///etc", "latest", 1, "is not an https address"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out, code := bash(t, dir, map[string]string{"ZTAGENT_RELEASES": c.releases}, `exec "$@"`, script, dir+"/bin", c.version)
			assert.Equal(t, c.code, code, out)
			assert.Contains(t, out, c.want)
			_, err := os.Stat(dir + "/bin/ztagent")
			assert.Equal(t, c.code == 0, err == nil, "only what was checked is installed")
		})
	}
}

// action is what of action.yml the test plays.
type action struct {
	Inputs  map[string]struct{ Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct{ Steps []step }
}

type step struct {
	ID, Name, If, Shell, Run, Uses string
	Env, With                      map[string]string
}

// workflow plays the steps of a composite action with these inputs in dir, as far
// as they are scripts, and returns the outputs of its step "audit", what was
// printed, and the status of the last step.
type workflow struct {
	t       *testing.T
	dir     string
	inputs  map[string]string
	env     map[string]string
	outputs map[string]string
	printed strings.Builder
	status  int
	used    map[string]map[string]string // actions that would have run, and with what
}

var expression = regexp.MustCompile(`\$\{\{ *([^}]*?) *\}\}`)

// value evaluates the expressions that action.yml uses.
func (w *workflow) value(text string) string {
	return expression.ReplaceAllStringFunc(text, func(e string) string {
		name := expression.FindStringSubmatch(e)[1]
		if input, ok := strings.CutPrefix(name, "inputs."); ok {
			value, known := w.inputs[input]
			require.True(w.t, known, "there is no input %s", input)
			return value
		}
		if output, ok := strings.CutPrefix(name, "steps.audit.outputs."); ok {
			return w.outputs[output]
		}
		require.Equal(w.t, "github.action_path", name)
		root, err := filepath.Abs("../..")
		require.NoError(w.t, err)
		return root
	})
}

// holds evaluates a condition made of comparisons and &&.
func (w *workflow) holds(condition string) bool {
	for term := range strings.SplitSeq(condition, "&&") {
		if term = strings.TrimSpace(term); term == "" {
			continue
		}
		name, operator, value := cutComparison(w.t, term)
		if (w.value("${{ "+name+" }}") == value) != (operator == "==") {
			return false
		}
	}
	return true
}

func cutComparison(t *testing.T, term string) (name, operator, value string) {
	t.Helper()
	m := regexp.MustCompile(`^(\S+) (==|!=) '([^']*)'$`).FindStringSubmatch(term)
	require.NotNil(t, m, term)
	return m[1], m[2], m[3]
}

// play runs action.yml with inputs; env is the runner's own.
func play(t *testing.T, dir string, inputs, env map[string]string) *workflow {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	require.NoError(t, err)
	var a action
	require.NoError(t, yaml.Unmarshal(text, &a))
	w := &workflow{
		t: t, dir: dir, inputs: map[string]string{}, env: env, outputs: map[string]string{},
		used: map[string]map[string]string{},
	}
	for name, input := range a.Inputs {
		w.inputs[name] = input.Default
	}
	for name, value := range inputs {
		require.Contains(t, w.inputs, name)
		w.inputs[name] = value
	}
	for _, file := range []string{"output", "path", "summary"} { // a job's own
		require.NoError(t, os.RemoveAll(filepath.Join(dir, file)))
	}
	for i := range a.Runs.Steps {
		w.step(&a.Runs.Steps[i])
	}
	return w
}

func (w *workflow) step(s *step) {
	if !w.holds(s.If) || w.status != 0 {
		return
	}
	if s.Uses != "" {
		with := map[string]string{}
		for name, value := range s.With {
			with[name] = w.value(value)
		}
		name, _, _ := strings.Cut(s.Uses, "@")
		w.used[name] = with
		return
	}
	assert.NotContains(w.t, s.Run, "${{", "%s: what is written into a script is run as one", s.Name)
	require.Equal(w.t, "bash", s.Shell)
	files := map[string]string{"GITHUB_OUTPUT": "output", "GITHUB_PATH": "path", "GITHUB_STEP_SUMMARY": "summary"}
	env := map[string]string{"RUNNER_TEMP": w.dir + "/tmp", "GITHUB_WORKSPACE": w.dir}
	for name, file := range files {
		env[name] = w.dir + "/" + file
	}
	for name, value := range w.env {
		env[name] = value
	}
	for name, value := range s.Env {
		env[name] = w.value(value)
	}
	if added, err := os.ReadFile(w.dir + "/path"); err == nil {
		env["PATH"] = strings.TrimSpace(string(added)) + ":/usr/local/bin:/usr/bin:/bin"
	}
	out, status := bash(w.t, w.dir, env, s.Run)
	w.printed.WriteString(out)
	w.status = status
	w.read()
}

// read takes over the outputs that the step wrote.
func (w *workflow) read() {
	text, _ := os.ReadFile(w.dir + "/output")
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		w.outputs[name] = value
	}
}

func (w *workflow) file(name string) string {
	text, err := os.ReadFile(filepath.Join(w.dir, name))
	require.NoError(w.t, err)
	return string(text)
}

// repository is a directory with a snapshot in it, as a checkout has it.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "snapshots/contoso"), os.DirFS("../../fixtures/contoso")))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "snapshots/clean"), os.DirFS("../../fixtures/compliant")))
	return dir
}

func TestActionAuditsASnapshot(t *testing.T) {
	dir := repository(t)
	w := play(t, dir, map[string]string{"snapshot": "snapshots/contoso", "releases": release(t, false)}, nil)
	assert.Equal(t, exitFindings, w.status, "the job fails with the audit's status")
	assert.Equal(t, "1", w.outputs["exit-status"])
	assert.Regexp(t, `(?m)^::error `, w.printed.String())
	assert.Contains(t, w.file("summary"), "Zero Trust for agents")
	assert.Contains(t, w.file(w.outputs["sarif"]), `"uri": "snapshots/contoso/`)
	assert.True(t, strings.HasPrefix(w.file(w.outputs["html"]), "<!DOCTYPE html>"))
	_, err := report.ReadJSON(strings.NewReader(w.file(w.outputs["json"])))
	assert.NoError(t, err)

	require.Len(t, w.used, 2)
	assert.Equal(t, w.outputs["sarif"], w.used["github/codeql-action/upload-sarif"]["sarif_file"])
	assert.Contains(t, w.used["actions/upload-artifact"]["path"], w.outputs["html"])
}

func TestActionPassesInputsOn(t *testing.T) {
	dir := repository(t)
	server := release(t, false)
	w := play(t, dir, map[string]string{"snapshot": "snapshots/clean", "releases": server, "version": "v9.9.9"}, nil)
	assert.Equal(t, exitOK, w.status, w.printed.String())

	w = play(t, dir, map[string]string{
		"snapshot": "snapshots/contoso", "releases": server, "fail-on": "never", "unknown": "ignore",
		"upload-sarif": "false", "artifact": "", "directory": "out/of the way",
	}, nil)
	assert.Equal(t, exitOK, w.status, w.printed.String())
	assert.Equal(t, "out/of the way/ztagent.json", w.outputs["json"])
	assert.Empty(t, w.used)

	// The report of one run is the baseline of the next.
	w = play(t, dir, map[string]string{"snapshot": "snapshots/contoso", "releases": server, "baseline": "out/of the way/ztagent.json"}, nil)
	assert.Equal(t, exitOK, w.status, w.printed.String())
	assert.Contains(t, w.printed.String(), "nothing is worse")

	w = play(t, dir, map[string]string{"snapshot": `snapshots/$(touch owned); touch owned #`, "releases": server}, nil)
	assert.Equal(t, exitCannotRun, w.status, "%s", w.printed.String())
	assert.NoFileExists(t, filepath.Join(dir, "owned"))
	assert.Empty(t, w.used, "what was not reported is not uploaded")
}

// TestActionReadsATenant stands in for OIDC with a ready-made token: everything
// after the sign-in is as in a job.
func TestActionReadsATenant(t *testing.T) {
	server, err := graphtest.New(graphtest.Options{Snapshot: os.DirFS("../../fixtures/contoso")})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	w := play(t, t.TempDir(), map[string]string{
		"tenant": server.Tenant(), "check": "federated-credentials/client-secret", "releases": release(t, false), "unknown": "ignore",
	}, map[string]string{
		"ZTAGENT_GRAPH_ENDPOINT": server.URL, "ZTAGENT_ARM_ENDPOINT": server.URL, "ZTAGENT_GRAPH_TOKEN": server.Token(),
	})
	assert.Equal(t, exitFindings, w.status, w.printed.String())
	assert.Contains(t, w.file(w.outputs["json"]), `"id": "`+server.Tenant()+`"`)
	assert.NotContains(t, w.printed.String(), server.Token())
}

// azureScripts finds the scripts of the Azure Pipelines template, and the
// environment that each is given.
func azureScripts(t *testing.T) (install, offline, live script) {
	t.Helper()
	text, err := os.ReadFile("../../azure-pipelines/ztagent.yml")
	require.NoError(t, err)
	var template struct {
		Parameters []struct{ Name, Type, Default string }
		Steps      []map[string]any
	}
	require.NoError(t, yaml.Unmarshal(text, &template))
	names := map[string]bool{}
	for _, p := range template.Parameters {
		names[p.Name] = true
	}
	for _, m := range regexp.MustCompile(`parameters\.(\w+)`).FindAllStringSubmatch(string(text), -1) {
		assert.True(t, names[m[1]], "there is no parameter %s", m[1])
	}
	first := template.Steps[0]
	install = script{first["bash"].(string), first["env"].(map[string]any)}
	for _, s := range template.Steps {
		for condition, inner := range s {
			if !strings.HasPrefix(condition, "${{") {
				continue
			}
			only := inner.([]any)[0].(map[string]any)
			if body, ok := only["bash"]; ok {
				offline = script{body.(string), only["env"].(map[string]any)}
			}
			if inputs, ok := only["inputs"].(map[string]any); ok {
				live = script{inputs["inlineScript"].(string), only["env"].(map[string]any)}
			}
		}
	}
	return install, offline, live
}

type script struct {
	text string
	env  map[string]any
}

// run runs the script with parameters for those that its environment names; its
// others are empty.
func (s script) run(t *testing.T, dir string, parameters, env map[string]string) (string, int) {
	t.Helper()
	assert.NotContains(t, s.text, "${{", "what is written into a script is run as one")
	all := map[string]string{"AGENT_TEMPDIRECTORY": dir + "/tmp", "BUILD_SOURCESDIRECTORY": dir}
	for name, value := range s.env {
		all[name] = regexp.MustCompile(`\$\{\{ parameters\.(\w+) \}\}`).ReplaceAllStringFunc(value.(string), func(e string) string {
			return parameters[strings.Fields(strings.TrimPrefix(e, "${{ parameters."))[0]]
		})
	}
	for name, value := range env {
		all[name] = value
	}
	return bash(t, dir, all, s.text)
}

func TestAzureTemplateInstallsWhatItChecked(t *testing.T) {
	install, _, _ := azureScripts(t)
	dir := t.TempDir()
	out, code := install.run(t, dir, map[string]string{"version": "v9.9.9", "releases": release(t, false)}, nil)
	require.Equal(t, 0, code, out)
	assert.Contains(t, out, "##vso[task.prependpath]"+dir+"/tmp/ztagent")
	assert.FileExists(t, dir+"/tmp/ztagent/ztagent")
	dir = t.TempDir()
	out, code = install.run(t, dir, map[string]string{"version": "v9.9.9", "releases": release(t, true)}, nil)
	assert.NotZero(t, code)
	assert.Contains(t, out, "FAILED")
	assert.NoFileExists(t, dir+"/tmp/ztagent/ztagent")
}

func TestAzureTemplateAudits(t *testing.T) {
	_, offline, live := azureScripts(t)
	assert.Equal(t, strings.TrimSpace(offline.text), strings.TrimSpace(regexp.MustCompile(`(?m)^export .*\n`).ReplaceAllString(live.text, "")),
		"both audit alike; only the sign-in differs")
	dir := repository(t)
	out, code := offline.run(t, dir, map[string]string{"snapshot": "snapshots/contoso", "failOn": "high", "unknown": "warn"}, nil)
	assert.Equal(t, exitFindings, code, out)
	assert.Contains(t, out, "##vso[task.logissue type=error")
	assert.Contains(t, out, "##vso[task.uploadsummary]"+dir+"/tmp/ztagent-report/ztagent.md")
	for _, file := range []string{"json", "sarif", "html", "xml", "md"} {
		assert.FileExists(t, dir+"/tmp/ztagent-report/ztagent."+file)
	}
	_, code = offline.run(t, dir, map[string]string{"snapshot": "snapshots/clean", "failOn": "low", "unknown": "fail"}, nil)
	assert.Equal(t, exitOK, code)

	server, err := graphtest.New(graphtest.Options{Snapshot: os.DirFS("../../fixtures/contoso")})
	require.NoError(t, err)
	t.Cleanup(server.Close)
	out, code = live.run(t, dir, map[string]string{"check": "federated-credentials/client-secret", "failOn": "low", "unknown": "warn"}, map[string]string{
		"AZURESUBSCRIPTION_TENANT_ID": server.Tenant(), "AZURESUBSCRIPTION_CLIENT_ID": "00000000-0000-4000-8000-000000000001",
		"ZTAGENT_GRAPH_ENDPOINT": server.URL, "ZTAGENT_ARM_ENDPOINT": server.URL, "ZTAGENT_GRAPH_TOKEN": server.Token(),
	})
	assert.Equal(t, exitFindings, code, out)
	assert.Contains(t, out, "A client secret is in use")
}

// TestPreCommitHookGates plays the hook as pre-commit does: entry, arguments.
func TestPreCommitHookGates(t *testing.T) {
	text, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	require.NoError(t, err)
	var hooks []struct {
		ID, Name, Language, Entry, Files string
		Args                             []string
		PassFilenames                    *bool `yaml:"pass_filenames"`
	}
	require.NoError(t, yaml.Unmarshal(text, &hooks))
	require.Len(t, hooks, 1)
	hook := hooks[0]
	require.NotNil(t, hook.PassFilenames)
	assert.False(t, *hook.PassFilenames)
	assert.Equal(t, "golang", hook.Language)
	files := regexp.MustCompile(hook.Files)
	assert.True(t, files.MatchString("snapshot/agentIdentities.json") && files.MatchString("a/b/signIns.jsonl"))
	assert.False(t, files.MatchString("README.md"))

	dir := repository(t)
	require.NoError(t, os.Rename(filepath.Join(dir, "snapshots/clean"), filepath.Join(dir, "snapshot")))
	out, code := bash(t, dir, nil, hook.Entry+` "$@"`, hook.Args...)
	assert.Equal(t, exitOK, code, out)
	out, code = bash(t, dir, nil, hook.Entry+` "$@"`, "snapshots/contoso", "--fail-on", "high")
	assert.Equal(t, exitFindings, code, out)
}

// TestDocumentedPipelinesFit holds every YAML example of docs/ci.md to what it
// uses: it parses, and names only inputs and parameters that exist.
func TestDocumentedPipelinesFit(t *testing.T) {
	page, err := os.ReadFile("../../docs/ci.md")
	require.NoError(t, err)
	var theAction action
	text, err := os.ReadFile("../../action.yml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &theAction))
	var template struct{ Parameters []struct{ Name string } }
	text, err = os.ReadFile("../../azure-pipelines/ztagent.yml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &template))
	parameters := map[string]bool{}
	for _, p := range template.Parameters {
		parameters[p.Name] = true
	}

	uses := map[string]int{}
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		var example any
		require.NoError(t, yaml.Unmarshal([]byte(block[1]), &example), block[1])
		walk(example, func(m map[string]any) {
			with, _ := m["with"].(map[string]any)
			given, _ := m["parameters"].(map[string]any)
			if name, _ := m["uses"].(string); strings.HasPrefix(name, "ztagent/ztagent@") {
				uses["action"]++
				for input := range with {
					assert.Contains(t, theAction.Inputs, input)
				}
			}
			if name, _ := m["template"].(string); name == "azure-pipelines/ztagent.yml@ztagent" {
				uses["template"]++
				for parameter := range given {
					assert.Contains(t, parameters, parameter)
				}
			}
			if m["id"] == "ztagent" {
				uses["hook"]++
			}
		})
	}
	assert.Equal(t, map[string]int{"action": 3, "template": 1, "hook": 1}, uses)
}

// TestActionsArePinned: what our workflows and our action use is named by commit,
// for a tag can be moved; the examples name majors of the same.
func TestActionsArePinned(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	pinned := map[string]string{}
	pin := regexp.MustCompile(`^([\w./-]+)@[0-9a-f]{40} # (v\d+)\.\d+\.\d+$`)
	uses := regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	for _, name := range append(files, "../../action.yml") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, line := range uses.FindAllStringSubmatch(string(text), -1) {
			parts := pin.FindStringSubmatch(line[1])
			if assert.NotNil(t, parts, "%s: %s", name, line[1]) {
				if earlier, ok := pinned[parts[1]]; ok {
					assert.Equal(t, earlier, parts[2], parts[1])
				}
				pinned[parts[1]] = parts[2]
			}
		}
	}
	assert.Greater(t, len(pinned), 5)
	page, err := os.ReadFile("../../docs/ci.md")
	require.NoError(t, err)
	for _, line := range uses.FindAllStringSubmatch(string(page), -1) {
		name, rest, _ := strings.Cut(line[1], "@")
		version, _, _ := strings.Cut(rest, " ")
		if name == "ztagent/ztagent" {
			assert.Regexp(t, `^v\d+\.\d+\.\d+$`, version, "there is no tag that moves")
			continue
		}
		assert.Equal(t, pinned[name], version, name)
	}
}

// TestReleaseListsEveryManPage: a Homebrew cask names each.
func TestReleaseListsEveryManPage(t *testing.T) {
	dir := t.TempDir()
	w := &world{Out: io.Discard, Err: io.Discard, Getenv: func(string) (string, bool) { return "", false }, Now: time.Now}
	require.Equal(t, exitOK, run(t.Context(), []string{"man", dir}, w))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var want []string
	for _, e := range entries {
		want = append(want, "manpages/"+e.Name()+".gz")
	}
	text, err := os.ReadFile("../../.goreleaser.yaml")
	require.NoError(t, err)
	var config struct {
		HomebrewCasks []struct{ Manpages []string } `yaml:"homebrew_casks"`
	}
	require.NoError(t, yaml.Unmarshal(text, &config))
	require.Len(t, config.HomebrewCasks, 1)
	assert.Equal(t, want, config.HomebrewCasks[0].Manpages)
}

// walk visits every mapping of a YAML document.
func walk(node any, visit func(map[string]any)) {
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			walk(item, visit)
		}
	case map[string]any:
		visit(node)
		for _, value := range node {
			walk(value, visit)
		}
	}
}
