package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"Shell: bash, zsh or fish."`
}

// Run prints the script.
func (c *completionCmd) Run(a *app) error {
	nodes := walk(a.parser.Model.Node, "veche")
	text := map[string]func([]node) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell](nodes)
	return a.print(map[string]string{"script": text}, text)
}

// node is a command or a group of commands.
type node struct {
	path     string // with the program's name
	children []*kong.Node
	flags    []*kong.Flag
}

func walk(n *kong.Node, path string) []node {
	here := node{path: path}
	for _, group := range n.AllFlags(true) {
		here.flags = append(here.flags, group...)
	}
	nodes := []node{here}
	for _, child := range n.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			nodes[0].children = append(nodes[0].children, child)
			nodes = append(nodes, walk(child, path+" "+child.Name)...)
		}
	}
	return nodes
}

// words are what may follow: commands, or flags once one is begun.
func (n *node) words() (commands, flags string) {
	var c, f []string
	for _, child := range n.children {
		c = append(c, child.Name)
	}
	for _, flag := range n.flags {
		f = append(f, "--"+flag.Name)
	}
	return strings.Join(c, " "), strings.Join(f, " ")
}

// bashScript completes commands and flags, and falls back on files.
func bashScript(nodes []node) string {
	s := new(strings.Builder)
	fmt.Fprint(s, "_veche() {\n  local cur=${COMP_WORDS[COMP_CWORD]} path=veche word commands flags\n"+
		"  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$path $word\" in\n")
	for _, n := range nodes[1:] {
		fmt.Fprintf(s, "    '%s') path='%s' ;;\n", n.path, n.path)
	}
	fmt.Fprint(s, "    esac\n  done\n  case $path in\n")
	for _, n := range nodes {
		commands, flags := n.words()
		fmt.Fprintf(s, "  '%s') commands='%s' flags='%s' ;;\n", n.path, commands, flags)
	}
	fmt.Fprint(s, "  esac\n  if [[ $cur == -* ]]; then commands=$flags; fi\n"+
		"  COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\"))\n}\ncomplete -o default -F _veche veche\n")
	return s.String()
}

func zshScript(nodes []node) string {
	return "autoload -U +X bashcompinit && bashcompinit\n" + bashScript(nodes)
}

func fishScript(nodes []node) string {
	s := new(strings.Builder)
	fmt.Fprint(s, "function __veche_path\n  set -l path veche\n  for word in (commandline -opc)[2..]\n    switch \"$path $word\"\n")
	for _, n := range nodes[1:] {
		fmt.Fprintf(s, "      case '%s'\n        set path '%s'\n", n.path, n.path)
	}
	fmt.Fprint(s, "    end\n  end\n  echo $path\nend\n")
	for _, n := range nodes {
		at := fmt.Sprintf("complete -c veche -n 'test (__veche_path) = \"%s\"'", n.path)
		for _, child := range n.children {
			fmt.Fprintf(s, "%s -f -a %s -d %s\n", at, child.Name, quote(child.Help))
		}
		for _, flag := range n.flags {
			fmt.Fprintf(s, "%s -l %s -d %s\n", at, flag.Name, quote(flag.Help))
		}
	}
	return s.String()
}

// quote quotes a text for fish.
func quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}
