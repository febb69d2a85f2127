package sheet

import "io"

func openCompound(io.ReaderAt, int64, Limits) (Book, error) { return nil, fail("damaged") }
func openVCard(*textSource, Limits) Book                    { return nil }
func openXML2003(*textSource, Limits) (Book, error)         { return nil, fail("damaged") }
func openHTML(*textSource, Limits) (Book, error)            { return nil, fail("damaged") }

const compoundSignature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
