package xmlscan

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// outline writes what the scanner sees: <name a=v>text</name>.
func outline(r io.Reader) (string, error) {
	var b strings.Builder
	s := New(r)
	for {
		kind, err := s.Next()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch kind {
		case Start:
			fmt.Fprintf(&b, "<%s", s.Name)
			for _, a := range s.Attrs {
				fmt.Fprintf(&b, " %s=%s", a.Name, a.Value)
			}
			b.WriteByte('>')
		case End:
			fmt.Fprintf(&b, "</%s>", s.Name)
		case Chars:
			b.Write(s.Text)
		}
	}
}

func TestScanner(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		err            error
	}{
		{"plain", `<?xml version="1.0"?><a x="1"><b/>t</a>`, `<a x=1><b></b>t</a>`, nil},
		{"prefixes and declarations", `<x:a xmlns:x="u" xmlns="v" r:id='q'></x:a>`, `<a id=q></a>`, nil},
		{"references", `<a t="&lt;&#x4e2d;">&amp;&#20013;&nbsp;&;</a>`, `<a t=<中>&中&nbsp;&;</a>`, nil},
		{"two references in attributes", `<a t="&lt;" u="&gt;"/>`, `<a t=< u=>></a>`, nil},
		{"a > in a value", `<a t="1>2" u='"'/>`, `<a t=1>2 u="></a>`, nil},
		{"character data", `<a><![CDATA[<&amp;]]></a>`, `<a><&amp;</a>`, nil},
		{"comments", `<!-- > --><a><!-- <b> -->1</a>`, `<a>1</a>`, nil},
		{"line ends", "<a>1\r\n2\r3</a>", "<a>1\n2\n3</a>", nil},
		{"spaces in tags", "<a\n x = '1' ></a >", `<a x=1></a>`, nil},
		{"document type", `<!DOCTYPE a [<!ENTITY b "c">]><a/>`, ``, ErrDoctype},
		{"cut off in text", `<a>text`, `<a>text`, io.ErrUnexpectedEOF},
		{"cut off in a tag", `<a x="1`, ``, io.ErrUnexpectedEOF},
		{"closed twice", `<a></a></a>`, `<a></a>`, ErrSyntax},
		{"value without quotes", `<a x=1/>`, ``, ErrSyntax},
		{"too deep", strings.Repeat("<a>", 300), strings.Repeat("<a>", maxDepth), ErrLimit},
		{"text too long", "<a>" + strings.Repeat("x", 3<<20), "<a>", ErrLimit},
		{"long comment", "<a><!--" + strings.Repeat("x", 3<<20) + "--></a>", "<a></a>", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
				got, err := outline(r)
				if got != c.want || !errors.Is(err, c.err) {
					t.Errorf("got %.200q, %v; want %.200q, %v", got, err, c.want, c.err)
				}
			}
		})
	}
}

func TestUTF16(t *testing.T) {
	data := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(`<a x="中">文</a>`)) {
		data = binary.LittleEndian.AppendUint16(data, u)
	}
	if got, err := outline(strings.NewReader(string(data))); err != nil || got != `<a x=中>文</a>` {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := outline(strings.NewReader("\xef\xbb\xbf<a/>")); err != nil || got != `<a></a>` {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSkip(t *testing.T) {
	s := New(strings.NewReader(`<a><b><c/>x</b><d/></a>`))
	for range 2 {
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Skip(); err != nil {
		t.Fatal(err)
	}
	if kind, err := s.Next(); kind != Start || err != nil || string(s.Name) != "d" {
		t.Errorf("got %v %s %v", kind, s.Name, err)
	}
	if err := s.Skip(); err != nil || s.Depth() != 1 {
		t.Errorf("depth %d, %v", s.Depth(), err)
	}
}

func FuzzScanner(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><x:a x:b="&lt;"><c/>&#65;<![CDATA[x]]><!-- --></x:a>`))
	f.Add([]byte("\xff\xfe<\x00a\x00>\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, err := outline(strings.NewReader(string(data)))
		pieces, err2 := outline(iotest.OneByteReader(strings.NewReader(string(data))))
		if whole != pieces || (err == nil) != (err2 == nil) {
			t.Errorf("%q, %v in one piece; %q, %v by the byte", whole, err, pieces, err2)
		}
	})
}
