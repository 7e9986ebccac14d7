package picture

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDraw(t *testing.T) {
	var b strings.Builder
	require.NoError(t, Draw(&b, "ztagent <audit>", "plain \x1b[1;31mred & bold\x1b[0m end\n\x1b[2mdim\x1b[0m\n"))
	svg := b.String()
	assert.Contains(t, svg, `fill="#ff7b72" font-weight="bold">red &amp; bold</text>`)
	assert.Contains(t, svg, `opacity="0.65">dim</text>`)
	assert.NotContains(t, svg, "\x1b")
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := decoder.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
}
