package cli

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"genjin/internal/errs"
	"genjin/internal/i18n"
)

// The server runs a command for a client that lends it its terminal and files. After a greeting the server asks and the
// client does what it is asked, one thing after the other: read the standard input or a file, write, give a file its
// name, and in the end exit. The only thing a client says unasked is that the user wants to stop; that its connection
// ends means the same.

const protocol = 1 // both ends must speak the same

type greeting struct {
	Protocol int
	Args     []string
	Lang     i18n.Lang
}

type operation byte

const (
	opRead   operation = iota + 1 // from Handle, at most Size
	opWrite                       // Data to Handle
	opOpen                        // Name for reading
	opCreate                      // Name for writing
	opClose
	opCommit
	opAbort
	opExit // with Status
)

type request struct {
	Op     operation
	Handle int
	Name   string
	Data   []byte
	Size   int // of what is read, at most
	Status int
}

type reply struct {
	Cancel bool // not a reply: the user wants to stop
	Handle int
	Data   []byte
	End    bool // of what is read
	Err    string
}

// Handles that are open from the beginning.
const (
	stdin = iota
	stdout
	stderr
	firstFile
)

const chunk = 128 << 10 // bytes read or written at once

// lender is the client's end: it does what the server asks.
type lender struct {
	p       Process
	lang    i18n.Lang
	mu      sync.Mutex // of replies
	replies *gob.Encoder
	inputs  map[int]io.ReadCloser
	outputs map[int]Output
	next    int
}

// handOver has the server at the other end of conn run the command and gives its exit status.
func handOver(ctx context.Context, conn net.Conn, p Process, lang i18n.Lang) (int, error) {
	defer conn.Close()
	l := &lender{p: p, lang: lang, replies: gob.NewEncoder(conn), inputs: map[int]io.ReadCloser{}, outputs: map[int]Output{}, next: firstFile}
	defer l.drop()
	if err := l.replies.Encode(greeting{protocol, p.Args, lang}); err != nil {
		return Failed, err
	}
	stop := context.AfterFunc(ctx, func() { _ = l.reply(reply{Cancel: true}) }) // a server that is gone has stopped
	defer stop()
	requests := gob.NewDecoder(conn)
	for {
		var r request
		if err := requests.Decode(&r); err != nil {
			return Failed, fmt.Errorf("the server ended the command: %w", err)
		}
		if r.Op == opExit {
			return r.Status, nil
		}
		if err := l.reply(l.do(r)); err != nil {
			return Failed, err
		}
	}
}

func (l *lender) reply(r reply) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.replies.Encode(r)
}

// do does what the server asks and says what came of it.
func (l *lender) do(r request) (answer reply) {
	var err error
	switch r.Op {
	case opRead:
		answer.Data, err = l.read(r.Handle, r.Size)
		if errors.Is(err, io.EOF) {
			answer.End, err = true, nil
		}
	case opWrite:
		err = l.write(r.Handle, r.Data)
	case opOpen:
		l.inputs[l.next], err = localFiles{}.open(r.Name)
		answer.Handle = l.next
		l.next++
	case opCreate:
		l.outputs[l.next], err = localFiles{}.create(r.Name)
		answer.Handle = l.next
		l.next++
	case opCommit:
		err = l.outputs[r.Handle].Commit()
	case opAbort:
		l.outputs[r.Handle].Abort()
	case opClose:
		err = l.inputs[r.Handle].Close()
	default:
		err = errors.New("unknown operation")
	}
	if err != nil {
		answer.Err = errs.Reason(err).In(l.lang)
	}
	return answer
}

func (l *lender) read(handle, size int) ([]byte, error) {
	var from io.Reader = l.inputs[handle]
	if handle == stdin {
		from = l.p.Stdin
	}
	b := make([]byte, min(size, chunk))
	n, err := from.Read(b)
	if n > 0 {
		err = nil // told with the next read
	}
	return b[:n], err
}

func (l *lender) write(handle int, b []byte) error {
	var to io.Writer
	switch handle {
	case stdout:
		to = l.p.Stdout
	case stderr:
		to = l.p.Stderr
	default:
		to = l.outputs[handle]
	}
	_, err := to.Write(b)
	return err
}

// drop leaves no half-written file behind.
func (l *lender) drop() {
	for _, o := range l.outputs {
		if o != nil {
			o.Abort()
		}
	}
	for _, i := range l.inputs {
		if i != nil {
			i.Close()
		}
	}
}

// borrower is the server's end: the terminal and files of the client.
type borrower struct {
	ctx      context.Context
	mu       sync.Mutex // one thing after the other
	requests *gob.Encoder
	replies  chan reply
}

// listen takes commands at l until ctx ends, then waits for those that run, whose contexts end, too.
func listen(ctx context.Context, l net.Listener, run func(ctx context.Context, args []string, env *Env) error) {
	var running sync.WaitGroup
	defer running.Wait()
	defer context.AfterFunc(ctx, func() { l.Close() })()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		running.Go(func() { borrow(ctx, conn, run) })
	}
}

// errUserStops is the cause of the end of a command that its user stopped.
var errUserStops = errors.New("cli: the user wants to stop")

// borrow runs the command of one client.
func borrow(ctx context.Context, conn net.Conn, run func(ctx context.Context, args []string, env *Env) error) {
	defer conn.Close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	from := gob.NewDecoder(conn)
	var hello greeting
	if from.Decode(&hello) != nil {
		return
	}
	b := &borrower{ctx: ctx, requests: gob.NewEncoder(conn), replies: make(chan reply)}
	go b.receive(from, cancel)
	env := &Env{Lang: hello.Lang, files: b, Stdin: b.input(stdin)}
	env.byUser = func(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errUserStops) }
	out := bufio.NewWriterSize(handleWriter{b, stdout}, chunk)
	env.Stdout, env.Stderr = lines{out}, handleWriter{b, stderr}
	err := errors.New("the server has another version: use its own program")
	if hello.Protocol == protocol {
		err = run(ctx, hello.Args, env)
	}
	status := env.status(err)
	if out.Flush() != nil && status == OK {
		status = Failed
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.requests.Encode(request{Op: opExit, Status: status}) // a client that is gone needs no status
}

// receive passes replies on and cancels the command when the user wants to stop or the client is gone.
func (b *borrower) receive(from *gob.Decoder, cancel context.CancelCauseFunc) {
	for {
		var r reply
		err := from.Decode(&r)
		if err != nil || r.Cancel {
			cancel(errUserStops)
		}
		if err != nil {
			return
		}
		if r.Cancel {
			continue // the replies to what was asked before still come
		}
		select {
		case b.replies <- r:
		case <-b.ctx.Done():
		}
	}
}

// ask has the client do something. What is written when the command was cancelled already still reaches the client.
func (b *borrower) ask(r request) (reply, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.requests.Encode(r); err != nil {
		return reply{}, err
	}
	select {
	case answer := <-b.replies:
		if answer.Err != "" {
			return answer, errors.New(answer.Err)
		}
		return answer, nil
	case <-b.ctx.Done():
		return reply{}, b.ctx.Err()
	}
}

func (b *borrower) open(name string) (io.ReadCloser, error) {
	answer, err := b.ask(request{Op: opOpen, Name: name})
	if err != nil {
		return nil, err
	}
	return b.input(answer.Handle), nil
}

func (b *borrower) create(name string) (Output, error) {
	answer, err := b.ask(request{Op: opCreate, Name: name})
	if err != nil {
		return nil, err
	}
	w := handleWriter{b, answer.Handle}
	return &borrowedOutput{Writer: bufio.NewWriterSize(w, chunk), w: w}, nil
}

// handleWriter writes to a handle of the client's.
type handleWriter struct {
	b      *borrower
	handle int
}

func (w handleWriter) Write(p []byte) (n int, err error) {
	for len(p) > n {
		part := p[n:min(len(p), n+chunk)]
		if _, err := w.b.ask(request{Op: opWrite, Handle: w.handle, Data: part}); err != nil {
			return n, err
		}
		n += len(part)
	}
	return n, nil
}

// borrowedOutput is a file of the client's.
type borrowedOutput struct {
	*bufio.Writer
	w handleWriter
}

func (o *borrowedOutput) Commit() error {
	if err := o.Flush(); err != nil {
		return err
	}
	_, err := o.w.b.ask(request{Op: opCommit, Handle: o.w.handle})
	return err
}

func (o *borrowedOutput) Abort() {
	_, _ = o.w.b.ask(request{Op: opAbort, Handle: o.w.handle}) // a client that is gone has dropped it
}

// input gives what the client reads from a handle.
func (b *borrower) input(handle int) io.ReadCloser {
	r := handleReader{b, handle}
	return struct {
		io.Reader
		io.Closer
	}{bufio.NewReaderSize(r, chunk), r}
}

type handleReader struct {
	b      *borrower
	handle int
}

func (r handleReader) Read(p []byte) (int, error) {
	answer, err := r.b.ask(request{Op: opRead, Handle: r.handle, Size: len(p)})
	if err == nil && answer.End {
		err = io.EOF
	}
	return copy(p, answer.Data), err
}

func (r handleReader) Close() error {
	_, err := r.b.ask(request{Op: opClose, Handle: r.handle})
	return err
}

// lines is a buffered writer that sends what it has when a line ends, as terminals are used to.
type lines struct{ w *bufio.Writer }

func (l lines) Write(p []byte) (int, error) {
	n, err := l.w.Write(p)
	if err == nil && len(p) > 0 && p[len(p)-1] == '\n' {
		err = l.w.Flush()
	}
	return n, err
}
