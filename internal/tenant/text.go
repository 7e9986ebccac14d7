package tenant

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF8 returns the text of a snapshot file as UTF-8 without a byte order mark, as
// this package reads it.
func UTF8(r io.Reader) io.Reader { return utf8Text(r) }

// utf8Text returns r as UTF-8 without a byte order mark: PowerShell writes BOMs
// and UTF-16. Offsets in this package count bytes of that text. Invalid UTF-8
// is left for the JSON reader to refuse, with its place.
func utf8Text(r io.Reader) io.Reader {
	// Large reads pass the buffer by, so a small one serves small files best.
	b := bufio.NewReaderSize(r, 4<<10)
	head, _ := b.Peek(4)
	switch {
	case len(head) >= 3 && head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF:
		_, _ = b.Discard(3)
	case len(head) >= 2 && head[0] == 0xFF && head[1] == 0xFE:
		_, _ = b.Discard(2)
		return &utf16Reader{r: b, order: binary.LittleEndian}
	case len(head) >= 2 && head[0] == 0xFE && head[1] == 0xFF:
		_, _ = b.Discard(2)
		return &utf16Reader{r: b, order: binary.BigEndian}
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[3] == 0:
		return &utf16Reader{r: b, order: binary.LittleEndian}
	}
	return b
}

var errUTF16 = errors.New("it is UTF-16 with half a character in it")

type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	rest  []byte // decoded, not yet handed out
	err   error  // met once, given for ever
	buf   [utf8.UTFMax]byte
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && u.err == nil {
		if len(u.rest) == 0 {
			var c rune
			if c, u.err = u.next(); u.err != nil {
				break
			}
			u.rest = utf8.AppendRune(u.buf[:0], c)
		}
		k := copy(p[n:], u.rest)
		u.rest = u.rest[k:]
		n += k
	}
	if n > 0 {
		return n, nil
	}
	return 0, u.err
}

func (u *utf16Reader) next() (rune, error) {
	first, err := u.unit()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	second, err := u.unit()
	if err != nil {
		return 0, errUTF16
	}
	if c := utf16.DecodeRune(first, second); c != utf8.RuneError {
		return c, nil
	}
	return 0, errUTF16
}

func (u *utf16Reader) unit() (rune, error) {
	var two [2]byte
	if _, err := io.ReadFull(u.r, two[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, errUTF16
		}
		return 0, err
	}
	return rune(u.order.Uint16(two[:])), nil
}
