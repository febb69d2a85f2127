package webform

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/bits"
	"net/http"
	"strconv"
	"strings"
	"time"

	"genjin/internal/crm"
)

// A page is sent neither sooner than a person can fill it in nor long after it was opened.
const (
	youngest = 2 * time.Second
	oldest   = 24 * time.Hour
)

// token is what a page bears that was handed out here: each makes one lead at most.
type token struct {
	text  string
	nonce string
	age   time.Duration
}

const tokenPurpose = "web form"

// newToken makes the token of a page: "nonce.seconds.signature".
func (d *Door) newToken(f *crm.WebForm) string {
	nonce := make([]byte, 9)
	_, _ = rand.Read(nonce) // never fails: the program would end
	text := base64.RawURLEncoding.EncodeToString(nonce) + "." + strconv.FormatInt(d.Clock.Now().Unix(), 36)
	return text + "." + d.Seal.Sign(tokenPurpose, f.ID.String()+"."+text)
}

// readToken reads what a page bore; not known is what was not handed out here, for this form.
func (d *Door) readToken(f *crm.WebForm, text string) (t token, known bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || len(text) > 100 || !d.Seal.Signed(tokenPurpose, f.ID.String()+"."+parts[0]+"."+parts[1], parts[2]) {
		return token{}, false
	}
	seconds, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil {
		return token{}, false
	}
	return token{text: text, nonce: parts[0], age: d.Clock.Now().Sub(time.Unix(seconds, 0))}, true
}

// workBits is how many bits of a hash must be zero: about 130,000 attempts, a second of a slow phone.
const workBits = 17

// proven reports whether a browser has done the work for its page: a number that makes the hash of “token.number” small.
func (t token) proven(work string) bool {
	if work == "" || len(work) > 12 || strings.Trim(work, "0123456789") != "" {
		return false
	}
	sum := sha256.Sum256([]byte(t.text + "." + work))
	zeros := 0
	for _, b := range sum {
		zeros += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return zeros >= workBits
}

// digest makes of a way to reach a visitor what tells them from others and says nothing else.
func (d *Door) digest(f *crm.WebForm) func(reach string) string {
	return func(reach string) string { return d.Seal.Sign("web form visitor", f.ID.String()+" "+reach) }
}

// answers are what was sent.
type answers struct {
	typed   map[string][]string // by field
	token   string
	work    string
	agreed  bool
	trapped bool // something was typed where no person sees anything
}

// Names of what a page sends beside its fields, which begin with namePrefix.
const (
	namePrefix = "f."
	nameToken  = "token"
	nameWork   = "work"
	nameAgreed = "agreed"
	nameTrap   = "website"
)

// readAnswers reads what was sent; an error says that it was more than a form has.
func readAnswers(r *http.Request) (answers, error) {
	var large *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &large) || r.PostForm == nil {
		return answers{}, err // what is only badly written is read as far as it goes
	}
	a := answers{
		typed: map[string][]string{}, token: r.PostForm.Get(nameToken), work: r.PostForm.Get(nameWork),
		agreed: r.PostForm.Get(nameAgreed) != "", trapped: r.PostForm.Get(nameTrap) != "",
	}
	for name, values := range r.PostForm {
		if field, is := strings.CutPrefix(name, namePrefix); is {
			a.typed[field] = values
		}
	}
	return a, nil
}
