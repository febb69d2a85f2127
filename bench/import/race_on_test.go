//go:build race

package main

const raced = true // the race detector takes several times the memory
