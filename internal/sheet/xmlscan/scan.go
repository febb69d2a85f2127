// Package xmlscan splits XML into tags and text, quickly and within bounds. It is made for the parts of workbooks: it
// knows local names only, and it checks no more than it needs to find its way. A document type, which is where entity
// expansion hides, is refused; so are tags, texts and depths beyond what any workbook needs.
package xmlscan

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Errors of a document that is not read on.
var (
	ErrSyntax  = errors.New("xmlscan: not well formed")
	ErrDoctype = errors.New("xmlscan: document type refused")
	ErrLimit   = errors.New("xmlscan: too deep, or a tag or text too long")
)

const (
	maxDepth  = 256
	maxToken  = 2 << 20
	firstSize = 64 << 10
)

// Kind is what Next found.
type Kind uint8

// A self-closing tag is a Start followed by an End.
const (
	Start Kind = iota + 1
	End
	Chars
)

// Attr is an attribute with its local name; references in the value are resolved.
type Attr struct{ Name, Value []byte }

// Scanner reads one document. Its fields are valid until the next call.
type Scanner struct {
	Name  []byte // local name of a Start or End
	Attrs []Attr // of a Start, without name space declarations
	Text  []byte // of Chars, references resolved

	r       io.Reader
	err     error
	buf     []byte // read and not yet used is buf[pos:]
	pos     int
	depth   int
	closing bool // a self-closing tag was given as Start; its End is due
	scratch []byte
}

// New reads r, in UTF-8 or, by its byte order mark, UTF-16.
func New(r io.Reader) *Scanner {
	return &Scanner{r: UTF8(r), buf: make([]byte, 0, firstSize)}
}

// UTF8 gives the text of r in UTF-8 and without byte order mark, which tells whether it is in UTF-16.
func UTF8(r io.Reader) io.Reader {
	start := make([]byte, 3)
	n, err := io.ReadFull(r, start)
	start = start[:n]
	whole := io.MultiReader(bytes.NewReader(start), r)
	switch {
	case n == 3 && err == nil && string(start) == "\xef\xbb\xbf":
		return r
	case n >= 2 && (string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff"):
		return transform.NewReader(whole, unicode.BOMOverride(transform.Nop))
	default:
		return whole
	}
}

// Depth is how many elements are open: after a Start that of its content, after an End that around the element.
func (s *Scanner) Depth() int { return s.depth }

// Attr gives an attribute's value by its local name, nil without one.
func (s *Scanner) Attr(name string) []byte {
	for i := range s.Attrs {
		if string(s.Attrs[i].Name) == name {
			return s.Attrs[i].Value
		}
	}
	return nil
}

// Next gives the next tag or text; io.EOF after the end of a whole document, io.ErrUnexpectedEOF when it was cut.
func (s *Scanner) Next() (Kind, error) {
	if s.closing {
		s.closing = false
		s.depth--
		return End, nil
	}
	for {
		if s.pos == len(s.buf) && !s.more() {
			return 0, s.ended()
		}
		if s.buf[s.pos] != '<' {
			if err := s.chars(); err != nil {
				return 0, err
			}
			if len(s.Text) > 0 && s.depth > 0 {
				return Chars, nil
			}
			continue
		}
		for len(s.buf)-s.pos < 2 {
			if !s.more() {
				return 0, s.cut()
			}
		}
		var kind Kind
		var err error
		switch s.buf[s.pos+1] {
		case '?':
			err = s.discard("?>")
		case '!':
			kind, err = s.declaration()
		case '/':
			kind, err = s.end()
		default:
			kind, err = s.start()
		}
		if kind != 0 || err != nil {
			return kind, err
		}
	}
}

// Skip passes over the rest of the element whose Start was given last.
func (s *Scanner) Skip() error {
	for around := s.depth - 1; s.depth > around; {
		if _, err := s.Next(); err != nil {
			return err
		}
	}
	return nil
}

// ended tells a whole document from one that breaks off.
func (s *Scanner) ended() error {
	if !errors.Is(s.err, io.EOF) {
		return s.err
	}
	if s.depth > 0 {
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}

// cut is the end of input within a tag or text.
func (s *Scanner) cut() error {
	if errors.Is(s.err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return s.err
}

// more reads on; what was not used stays at buf[pos:], moved. False: s.err says why there is no more.
func (s *Scanner) more() bool {
	if s.err != nil {
		return false
	}
	if s.pos > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
		s.pos = 0
	}
	if len(s.buf) == cap(s.buf) {
		if len(s.buf) >= maxToken {
			s.err = ErrLimit
			return false
		}
		s.buf = slices.Grow(s.buf, len(s.buf))
	}
	for tries := 0; tries < 100; tries++ {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if s.err = err; n > 0 {
			s.err = nil // comes again with the next read
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// find gives the offset of what in the unread bytes from on, reading as far as needed; -1 when it is not there.
func (s *Scanner) find(what string, from int) int {
	for {
		data := s.buf[s.pos:]
		if from < len(data) {
			if i := bytes.Index(data[from:], []byte(what)); i >= 0 {
				return from + i
			}
		}
		from = max(from, len(data)-len(what)+1)
		if !s.more() {
			return -1
		}
	}
}

// chars takes text up to the next tag.
func (s *Scanner) chars() error {
	end := bytes.IndexByte(s.buf[s.pos:], '<')
	if end < 0 {
		end = s.find("<", len(s.buf)-s.pos)
	}
	if end < 0 {
		if !errors.Is(s.err, io.EOF) {
			return s.err
		}
		end = len(s.buf) - s.pos
	}
	s.Text = s.resolve(s.buf[s.pos : s.pos+end])
	s.pos += end
	return nil
}

// discard passes over a comment or instruction that ends with what; its length does not matter.
func (s *Scanner) discard(what string) error {
	for {
		if i := bytes.Index(s.buf[s.pos:], []byte(what)); i >= 0 {
			s.pos += i + len(what)
			return nil
		}
		s.pos = max(s.pos, len(s.buf)-len(what)+1)
		if !s.more() {
			return s.cut()
		}
	}
}

// declaration reads what begins with <!: a comment, character data, or a document type.
func (s *Scanner) declaration() (Kind, error) {
	for len(s.buf)-s.pos < len("<![CDATA[") && s.more() {
	}
	data := s.buf[s.pos:]
	switch {
	case bytes.HasPrefix(data, []byte("<!--")):
		s.pos += len("<!--")
		return 0, s.discard("-->")
	case bytes.HasPrefix(data, []byte("<![CDATA[")):
		end := s.find("]]>", len("<![CDATA["))
		if end < 0 {
			return 0, s.cut()
		}
		s.Text = s.buf[s.pos+len("<![CDATA[") : s.pos+end]
		s.pos += end + len("]]>")
		if len(s.Text) == 0 || s.depth == 0 {
			return 0, nil
		}
		return Chars, nil
	default:
		return 0, ErrDoctype
	}
}

// end reads an end tag.
func (s *Scanner) end() (Kind, error) {
	i := s.find(">", 2)
	if i < 0 {
		return 0, s.cut()
	}
	s.Name = local(bytes.TrimRight(s.buf[s.pos+2:s.pos+i], " \t\r\n"))
	s.pos += i + 1
	if s.depth--; s.depth < 0 {
		return 0, ErrSyntax
	}
	return End, nil
}

// start reads a start tag with its attributes.
func (s *Scanner) start() (Kind, error) {
	end := s.tagEnd()
	if end < 0 {
		return 0, s.cut()
	}
	tag := s.buf[s.pos+1 : s.pos+end]
	s.pos += end + 1
	if s.closing = len(tag) > 0 && tag[len(tag)-1] == '/'; s.closing {
		tag = tag[:len(tag)-1]
	}
	if s.depth++; s.depth > maxDepth {
		return 0, ErrLimit
	}
	n := 0
	for n < len(tag) && !isSpace(tag[n]) {
		n++
	}
	if n == 0 {
		return 0, ErrSyntax
	}
	s.Name = local(tag[:n])
	return Start, s.attributes(tag[n:])
}

// tagEnd gives the offset of the > that ends the tag at pos, passing over those in attribute values.
func (s *Scanner) tagEnd() int {
	var quote byte
	for i := 1; ; {
		data := s.buf[s.pos:]
		for ; i < len(data); i++ {
			switch c := data[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				return i
			case c == '"' || c == '\'':
				quote = c
			}
		}
		if !s.more() {
			return -1
		}
	}
}

func (s *Scanner) attributes(rest []byte) error {
	s.Attrs, s.scratch = s.Attrs[:0], s.scratch[:0]
	for {
		rest = trimLeft(rest)
		if len(rest) == 0 {
			return nil
		}
		eq := bytes.IndexByte(rest, '=')
		if eq <= 0 {
			return ErrSyntax
		}
		name := bytes.TrimRight(rest[:eq], " \t\r\n")
		rest = trimLeft(rest[eq+1:])
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return ErrSyntax
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return ErrSyntax
		}
		value := rest[1 : 1+end]
		rest = rest[end+2:]
		if bytes.HasPrefix(name, []byte("xmlns")) {
			continue
		}
		if bytes.IndexByte(value, '&') >= 0 {
			value = slices.Clone(s.resolve(value))
		}
		s.Attrs = append(s.Attrs, Attr{local(name), value})
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func trimLeft(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

// local cuts off a name space prefix.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}
