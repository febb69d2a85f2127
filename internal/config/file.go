package config

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"genjin/internal/errs"
)

// DefaultFile is read when it stands in the folder the program is started in and no other file is named.
const DefaultFile = "genjin.conf"

const fileEnv = "GENJIN_CONFIG"

func flagName(setting string) string { return strings.ReplaceAll(setting, "_", "-") }
func settingName(flag string) string { return strings.ReplaceAll(flag, "-", "_") }
func envName(setting string) string  { return "GENJIN_" + strings.ToUpper(setting) }

func isSetting(name string) bool {
	return slices.ContainsFunc(settings, func(s setting) bool { return s.name == name })
}

// fromFile reads the configuration file: the one of --config, else that of GENJIN_CONFIG, else genjin.conf if it exists.
func (s *Sources) fromFile(lookup func(string) (string, bool)) (map[string]value, error) {
	name, _ := lookup(fileEnv)
	if *s.file != "" {
		name = *s.file
	}
	optional := name == ""
	if optional {
		name = DefaultFile
	}
	text, err := os.ReadFile(name)
	if optional && errors.Is(err, fs.ErrNotExist) {
		return map[string]value{}, nil
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "config.file", "file", name, "reason", err)
	}
	return parse(name, string(text))
}

// parse reads lines of the form `name = value`. Lines that begin with # are comments; a value may stand in double quotes,
// which it must when it has spaces at its ends.
func parse(file, text string) (map[string]value, error) {
	values := map[string]value{}
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		place := file + ":" + strconv.Itoa(number)
		name, v, ok := strings.Cut(line, "=")
		name, v = strings.TrimSpace(name), strings.TrimSpace(v)
		if unquoted, err := strconv.Unquote(v); err == nil && v[0] == '"' {
			v = unquoted
		}
		switch _, twice := values[name]; {
		case !ok:
			return nil, errs.New(errs.Invalid, "config.line", "place", place)
		case !isSetting(name):
			return nil, errs.New(errs.Invalid, "config.unknown", "place", place, "name", name)
		case twice:
			return nil, errs.New(errs.Invalid, "config.twice", "place", place, "name", name)
		}
		values[name] = value{v, place + " " + name}
	}
	return values, nil
}
