package main

import (
	"io"
	"strings"
	"testing"
)

func TestReadEvents(t *testing.T) {
	const passing = `{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"pass","Package":"a","Test":"TestX/one"}
{"Action":"pass","Package":"a","Test":"TestX"}
{"Action":"pass","Package":"a","Elapsed":1}
`
	for _, c := range []struct {
		name, stream string
		want         tally
	}{
		{"nothing", "", tally{}},
		{"passing", passing, tally{passed: 2}},
		{"failing test", passing + `{"Action":"fail","Package":"b","Test":"TestY"}
{"Action":"fail","Package":"b"}`, tally{passed: 2, failed: 1}},
		{"package that does not build", passing + `{"Action":"build-output","Output":"no such thing"}
{"Action":"fail","Package":"b","FailedBuild":"b"}`, tally{passed: 2, failed: 1}},
		{"skipped", `{"Action":"skip","Package":"b","Test":"TestZ"}
{"Action":"skip","Package":"c"}`, tally{skipped: 1}},
		{"noise", "warning: something\n" + passing, tally{passed: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readEvents(strings.NewReader(c.stream), io.Discard)
			if err != nil || got != c.want {
				t.Errorf("got %v, %v; want %v", got, err, c.want)
			}
		})
	}
}
