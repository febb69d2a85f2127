//go:build ignore

// Gen writes readings.bin and readings.txt from go-pinyin's dictionary; see readings.go for their form.
package main

import (
	"encoding/binary"
	"log"
	"os"
	"slices"
	"sort"
	"strings"

	lib "github.com/mozillazg/go-pinyin"
)

func main() {
	pages := map[int]*[256]uint16{}
	lists := []string{""}
	index := map[string]uint16{}
	args := lib.NewArgs()
	args.Heteronym = true
	for _, r := range sortedRunes() {
		readings := lib.SinglePinyin(r, args)
		var plain []string
		for _, reading := range readings {
			if !slices.Contains(plain, reading) {
				plain = append(plain, reading)
			}
		}
		list := strings.Join(plain, " ")
		if _, known := index[list]; !known {
			index[list] = uint16(len(lists))
			lists = append(lists, list)
		}
		page := int(r >> 8)
		if pages[page] == nil {
			pages[page] = new([256]uint16)
		}
		pages[page][r&255] = index[list]
	}
	write(pages, lists)
}

func sortedRunes() []rune {
	var runes []rune
	for r := range lib.PinyinDict {
		runes = append(runes, rune(r))
	}
	slices.Sort(runes)
	return runes
}

func write(pages map[int]*[256]uint16, lists []string) {
	const directory = 0x400
	var numbers []int
	for page := range pages {
		if page >= directory {
			log.Fatalf("page %#x is past the directory", page)
		}
		numbers = append(numbers, page)
	}
	sort.Ints(numbers)
	var out []byte
	var place [directory]uint16
	for i, page := range numbers {
		place[page] = uint16(i + 1)
	}
	for _, p := range place {
		out = binary.LittleEndian.AppendUint16(out, p)
	}
	for _, page := range numbers {
		for _, v := range pages[page] {
			out = binary.LittleEndian.AppendUint16(out, v)
		}
	}
	if err := os.WriteFile("readings.bin", out, 0o644); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("readings.txt", []byte(strings.Join(lists, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
}
