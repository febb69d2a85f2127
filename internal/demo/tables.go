package demo

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"genjin/internal/cn/codes"
)

//go:embed data/*.txt
var tables embed.FS

// world is what invented customers are made of.
type world struct {
	trades []trade
	cities []city
	offers map[string]offer
	talk   map[string][]line // by phase
	words  map[string][]string
	cores  []string // of companies' names
}

// trade is a line of business.
type trade struct {
	industry string // GB/T 4754
	words    []string
	business string
	products string
	offers   []offer // those that suit it
}

// offer is something the invented company sells.
type offer struct {
	name, unit, usual, matters string
}

// city is a place where customers are, and the team that looks after it.
type city struct {
	team      string
	code      string // GB/T 2260
	short     string // 深圳
	name      string // 深圳市
	districts []string
	weight    int
}

// line is what was said on one occasion.
type line struct {
	way, result, content, feedback, next, reason string
}

// newWorld reads the tables. An error is a mistake in them.
func newWorld() (*world, error) {
	w := &world{offers: map[string]offer{}, talk: map[string][]line{}, words: map[string][]string{}}
	if err := w.readTrades(); err != nil {
		return nil, err
	}
	if err := w.readCities(); err != nil {
		return nil, err
	}
	err := read("talk", 6, func(f []string) error {
		l := line{way: f[1], result: f[2], content: f[3], feedback: f[4], next: f[5]}
		if len(f) > 6 {
			l.reason = f[6]
		}
		w.talk[f[0]] = append(w.talk[f[0]], l)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = read("words", 2, func(f []string) error {
		w.words[f[0]] = strings.Fields(f[1])
		return nil
	})
	for _, first := range w.words["first"] {
		for _, second := range w.words["second"] {
			if core := first + second; !slices.Contains(w.words["known"], core) {
				w.cores = append(w.cores, core)
			}
		}
	}
	return w, err
}

func (w *world) readTrades() error {
	err := read("offers", 5, func(f []string) error {
		w.offers[f[0]] = offer{name: f[1], unit: f[2], usual: f[3], matters: f[4]}
		return nil
	})
	if err != nil {
		return err
	}
	return read("trades", 5, func(f []string) error {
		t := trade{industry: f[0], words: strings.Fields(f[1]), business: f[2], products: f[3]}
		if c, ok := codes.Industries().Get(t.industry); !ok || !c.Leaf {
			return fmt.Errorf("no such industry: %s", t.industry)
		}
		for key := range strings.FieldsSeq(f[4]) {
			o, ok := w.offers[key]
			if !ok {
				return fmt.Errorf("no such offer: %s", key)
			}
			t.offers = append(t.offers, o)
		}
		w.trades = append(w.trades, t)
		return nil
	})
}

func (w *world) readCities() error {
	return read("cities", 3, func(f []string) error {
		place, ok := codes.Regions().Get(f[1])
		weight, err := strconv.Atoi(f[2])
		if !ok || err != nil {
			return fmt.Errorf("no such city: %v", f)
		}
		c := city{team: f[0], code: place.Code, name: place.Name, short: codes.Regions().Short(place.Code), weight: weight}
		for _, below := range codes.Regions().Children(place.Code) {
			c.districts = append(c.districts, below.Code)
		}
		if len(c.districts) == 0 {
			c.districts = []string{place.Code}
		}
		w.cities = append(w.cities, c)
		return nil
	})
}

// read gives each line of a table to row: at least so many fields, parted by "|". Lines with "#" are for readers.
func read(table string, fields int, row func(fields []string) error) error {
	text, err := tables.ReadFile("data/" + table + ".txt")
	if err != nil {
		return err
	}
	for number, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if len(parts) < fields {
			return fmt.Errorf("demo: %s.txt:%d has too few fields", table, number+1)
		}
		if err := row(parts); err != nil {
			return fmt.Errorf("demo: %s.txt:%d: %w", table, number+1, err)
		}
	}
	return nil
}
