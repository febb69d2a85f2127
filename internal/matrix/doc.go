// Package matrix holds the permission matrix: every operation that the served OpenAPI document describes, and every other
// way out of the program, asked by every sort of user for every sort of record, and compared with what a second, short
// policy says (package policy). The cases are made from the document and from the definitions of the entities, so that a
// new entity is covered by being there, and a new operation fails the test until somebody says how it is asked.
// Beside the cases there are requests made from the document alone, right ones and wrong ones, whose answers must be what
// the document says.
//
// How it finds what it finds: each text, number and date in the company is there once, so that whatever shows in an answer
// names its source (tokens); the database is compared row by row before and after (state); and after each case that wrote
// it is put back as it was.
//
// `go test ./internal/matrix` takes a sample of the cases, GENJIN_MATRIX=full all of them, GENJIN_MATRIX=100 so many of each
// operation and end, GENJIN_MATRIX_SEED another sample, GENJIN_PROOF=20000 so many requests made from the document. `make
// proof` runs all on both databases, and again with holes made on purpose (folder holes), each of which must be found.
package matrix
