// Package i18n holds the two languages of the product: the type of a text that exists in both, the choice of a
// language for a request, and the sentences of every message the server says.
package i18n

import (
	"fmt"
	"strings"
)

// Lang is a language of the product.
type Lang string

const (
	ZH Lang = "zh" // 简体中文, the first language and the fallback
	EN Lang = "en"
)

// Text is a short text in both languages, such as a label.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// T makes a Text.
func T(zh, en string) Text { return Text{ZH: zh, EN: en} }

// In gives the text in lang; a text without English is shown in Chinese.
func (t Text) In(lang Lang) string {
	if lang == EN && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

// Match gives the language that an Accept-Language header, or a plain tag such as "en-GB", asks for first among those
// the product speaks. An empty or unknown one gives Chinese.
func Match(accept string) Lang {
	for part := range strings.SplitSeq(accept, ",") {
		tag, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), ";")
		switch base, _, _ := strings.Cut(tag, "-"); base {
		case "zh":
			return ZH
		case "en":
			return EN
		}
	}
	return ZH
}

// Params are the values a message names in braces.
type Params map[string]any

// Message gives the sentence of a message key in lang with {name} replaced by params[name]. A parameter that is a Text
// is said in the same language. An unknown key gives the key itself, so that a forgotten sentence is seen and not lost.
func Message(lang Lang, key string, params Params) string {
	text, ok := messages[key]
	if !ok {
		return key
	}
	sentence := text.In(lang)
	if !strings.Contains(sentence, "{") {
		return sentence
	}
	pairs := make([]string, 0, 2*len(params))
	for name, value := range params {
		if t, ok := value.(Text); ok {
			value = t.In(lang)
		}
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// messages collects the sentences of all parts of the program; each part has a file messages_<part>.go here.
var messages = merge(commonMessages, appMessages, archiveMessages, checkMessages, cliMessages, recordMessages, peopleMessages, apiMessages, configMessages, filesMessages, sheetMessages, cnMessages, sqldbMessages, jobMessages, importMessages, signinMessages, notifyMessages, calendarMessages, clockMessages, poolMessages, leadMessages, reportMessages, smsMessages, webFormMessages)

func merge(parts ...map[string]Text) map[string]Text {
	all := map[string]Text{}
	for _, part := range parts {
		for key, text := range part {
			if _, twice := all[key]; twice {
				panic("i18n: message said twice: " + key)
			}
			all[key] = text
		}
	}
	return all
}
