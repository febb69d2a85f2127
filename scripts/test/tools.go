package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tool is something the tests need on the machine.
type tool struct {
	name    string
	here    func(ctx context.Context) bool
	install func(ctx context.Context) error
}

// ready makes sure that the tool is there.
func (t tool) ready(ctx context.Context) error {
	if t.here(ctx) {
		return nil
	}
	fmt.Printf("installing %s\n", t.name)
	if err := t.install(ctx); err != nil {
		return fmt.Errorf("%s cannot be installed: %w", t.name, err)
	}
	if !t.here(ctx) {
		return fmt.Errorf("%s is still missing after its installation", t.name)
	}
	return nil
}

var (
	postgres = tool{"postgresql", anyFile("/usr/lib/postgresql/*/bin/initdb", "/opt/homebrew/opt/postgresql*/bin/initdb"), apt("postgresql")}
	chromium = tool{"chromium", program("chromium"), apt("chromium")}
	fonts    = tool{"fonts-noto-cjk", anyFile("/usr/share/fonts/opentype/noto/NotoSansCJK*"), apt("fonts-noto-cjk")}
	caldav   = tool{"calendar programs", everyFile("/usr/bin/vdirsyncer", "/usr/bin/khal", "/usr/bin/khard", "/usr/bin/todoman", "/usr/lib/python3/dist-packages/caldav"), apt("vdirsyncer", "khal", "khard", "todoman", "python3-caldav")}
	packages = tool{"npm packages", packagesFresh, makePackages}
)

// anyFile says whether one of the patterns has a match.
func anyFile(patterns ...string) func(context.Context) bool {
	return func(context.Context) bool {
		for _, pattern := range patterns {
			if found, _ := filepath.Glob(pattern); len(found) > 0 {
				return true
			}
		}
		return false
	}
}

// everyFile says whether all the files are there.
func everyFile(paths ...string) func(context.Context) bool {
	return func(context.Context) bool {
		for _, path := range paths {
			if _, err := os.Stat(path); err != nil {
				return false
			}
		}
		return true
	}
}

func program(name string) func(context.Context) bool {
	return func(context.Context) bool {
		_, err := exec.LookPath(name)
		return err == nil
	}
}

// apt installs Debian packages, which only root may.
func apt(names ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		if os.Getuid() != 0 {
			return fmt.Errorf("please install %s first (not root)", strings.Join(names, " "))
		}
		env := []string{"DEBIAN_FRONTEND=noninteractive"}
		if err := command(ctx, ".", env, "apt-get", "update", "-qq").Run(); err != nil {
			return err
		}
		return command(ctx, ".", env, "apt-get", append([]string{"install", "-y", "-qq", "--no-install-recommends"}, names...)...).Run()
	}
}

// installed is what make remakes when the page's packages are not the ones package.json asks for.
const installed = "web/node_modules/.package-lock.json"

func packagesFresh(ctx context.Context) bool {
	return command(ctx, ".", nil, "make", "--no-print-directory", "-q", installed).Run() == nil
}

func makePackages(ctx context.Context) error {
	return command(ctx, ".", nil, "make", "--no-print-directory", "-s", installed).Run()
}
