//go:build browser

package report

import (
	"bufio"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// devtools asks the browser by its debugging pipe: messages of JSON, each ended by
// a zero byte.
type devtools struct {
	theirs []*os.File // file descriptors 3 and 4 of the browser
	to     *os.File
	from   *bufio.Reader

	mu      sync.Mutex
	calls   int
	session string // of the page
}

func newDevtools(t *testing.T) *devtools {
	t.Helper()
	read, to, err := os.Pipe()
	require.NoError(t, err)
	from, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() {
		for _, f := range []*os.File{read, to, from, write} {
			_ = f.Close()
		}
	})
	return &devtools{theirs: []*os.File{read, write}, to: to, from: bufio.NewReader(from)}
}

type devtoolsMessage struct {
	ID        int            `json:"id"`
	Method    string         `json:"method,omitzero"`
	Params    jsontext.Value `json:"params,omitzero"`
	SessionID string         `json:"sessionId,omitzero"`
	Result    jsontext.Value `json:"result,omitzero"`
	Error     jsontext.Value `json:"error,omitzero"`
}

// page calls a method on the page that is open.
func (d *devtools) page(method string, params jsontext.Value) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.session == "" {
		if err := d.attach(); err != nil {
			return err
		}
	}
	return d.call(method, params, nil)
}

func (d *devtools) attach() error {
	var targets struct {
		TargetInfos []struct {
			TargetID string `json:"targetId"`
			Type     string `json:"type"`
		} `json:"targetInfos"`
	}
	if err := d.call("Target.getTargets", jsontext.Value("{}"), &targets); err != nil {
		return err
	}
	for _, target := range targets.TargetInfos {
		if target.Type == "page" {
			var attached struct {
				SessionID string `json:"sessionId"`
			}
			err := d.call("Target.attachToTarget", jsontext.Value(`{"flatten":true,"targetId":"`+target.TargetID+`"}`), &attached)
			d.session = attached.SessionID
			return err
		}
	}
	return fmt.Errorf("the browser has no page")
}

// call skips events until the answer comes.
func (d *devtools) call(method string, params jsontext.Value, result any) error {
	d.calls++
	text, err := json.Marshal(devtoolsMessage{ID: d.calls, Method: method, Params: params, SessionID: d.session})
	if err != nil {
		return err
	}
	if _, err := d.to.Write(append(text, 0)); err != nil {
		return err
	}
	for {
		text, err := d.from.ReadBytes(0)
		if err != nil {
			return err
		}
		var m devtoolsMessage
		switch err := json.Unmarshal(text[:len(text)-1], &m); {
		case err != nil:
			return err
		case m.ID != d.calls:
			continue
		case m.Error != nil:
			return fmt.Errorf("%s: %s", method, m.Error)
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	}
}
