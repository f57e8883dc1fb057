package render

// A token is the part that a piece of code plays. The names are chroma's, as styles in glamour's format use them.
type token uint8

const (
	tokText        token = iota
	tokComment           //
	tokPreproc           // a comment with a meaning: # syntax=docker/dockerfile:1
	tokKeyword           // FROM, if, func
	tokConstant          // true, null
	tokType              // int
	tokName              // $variable
	tokFunction          // a command
	tokTag               // the key of a mapping
	tokAttribute         // --flag, the key of a setting
	tokNumber            //
	tokString            //
	tokOperator          // | && =
	tokPunctuation       // { } [ ] , :
	tokSection           // [section]
	tokenCount
)

// tokenNames are the members of "code_block"."chroma" in a style file.
var tokenNames = [tokenCount]string{
	"text", "comment", "comment_preproc", "keyword", "name_constant", "keyword_type", "name_other", "name_function",
	"name_tag", "name_attribute", "literal_number", "literal_string", "operator", "punctuation", "generic_subheading",
}
