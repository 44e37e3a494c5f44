/* help_completion.c - completions of bash, zsh and fish from the tables of commands and options. */
#include "cli/help.h"

#include <string.h>

/* ---- what may follow ---- */

/* The words among the values of an option, as "file imagefolder" of file|imagefolder|LIST: choices,
 * and what begins small in the name of the argument. */
static void add_words(const rs_option *option, rs_text *out)
{
    char choices[RS_CHOICES_BYTES];
    if (option->choices != NULL) {
        rs_text_printf(out, "%s", rs_choices_text(option, ' ', choices));
        return;
    }
    const char *between = "";
    for (const char *at = option->argument; *at != '\0';) {
        const size_t length = strcspn(at, "|");
        if (*at >= 'a' && *at <= 'z') {
            rs_text_printf(out, "%s%.*s", between, (int)length, at);
            between = " ";
        }
        at += length + (at[length] == '|');
    }
}

static void add_commands(const char *between, rs_text *out)
{
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_text_printf(out, "%s%s", i > 0 ? between : "", rs_commands[i].name);
    }
}

static void add_topics(rs_text *out)
{
    add_commands(" ", out);
    rs_text_add(out, " man completion");
}

static const char shells[] = "bash zsh fish";

static bool takes(const rs_command *command, const rs_option *option)
{
    return (option->commands & command->bit) != 0;
}

/* ---- bash ---- */

static void add_values(rs_text *out)
{
    rs_text_printf(out, "    case \"$previous\" in\n");
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option *option = &rs_options[id];
        if (option->kind == RS_OPTION_FLAG) {
            continue;
        }
        rs_text_printf(out, "    --%s", option->name);
        if (option->letter != 0) {
            rs_text_printf(out, " | -%c", option->letter);
        }
        rs_text_printf(out, ")\n        mapfile -t COMPREPLY < <(compgen %s-W '",
                       option->path != RS_PATH_NONE ? "-f " : "");
        add_words(option, out);
        rs_text_printf(out, "' -- \"$word\")\n        return ;;\n");
    }
    rs_text_printf(out, "    esac\n");
}

static void add_options(rs_text *out)
{
    rs_text_printf(out, "    case \"$command\" in\n");
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_text_printf(out, "    %s) options='", rs_commands[i].name);
        for (int id = 0; id < RS_OPTIONS; ++id) {
            if (takes(&rs_commands[i], &rs_options[id])) {
                rs_text_printf(out, "--%s ", rs_options[id].name);
            }
        }
        rs_text_printf(out, "' ;;\n");
    }
    rs_text_printf(out, "    esac\n");
}

static void add_bash(rs_text *out)
{
    rs_text_printf(out, "# bash completion of reassess, made by: reassess help completion\n"
                        "_reassess() {\n"
                        "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                        "    local previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                        "    local command=${COMP_WORDS[1]} options=''\n"
                        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                        "        mapfile -t COMPREPLY < <(compgen -W '");
    add_commands(" ", out);
    rs_text_printf(out, "' -- \"$word\")\n        return\n    fi\n"
                        "    if [ \"$command\" = help ]; then\n"
                        "        local topics='");
    add_topics(out);
    rs_text_printf(out,
                   "'\n        [ \"$previous\" != completion ] || topics='%s'\n"
                   "        mapfile -t COMPREPLY < <(compgen -W \"$topics\" -- \"$word\")\n"
                   "        return\n    fi\n",
                   shells);
    add_values(out);
    add_options(out);
    rs_text_printf(out, "    if [[ $word == -* ]]; then\n"
                        "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
                        "    else\n"
                        "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                        "    fi\n"
                        "}\n"
                        "complete -o filenames -F _reassess reassess\n");
}

/* ---- zsh ---- */

/* In single quotes, where brackets and colons are those of _arguments. */
static void add_zsh_text(const char *text, rs_text *out)
{
    for (; *text != '\0'; ++text) {
        if (*text == '\'') {
            rs_text_add(out, "'\\''");
        } else {
            rs_text_printf(out, strchr("[]:\\", *text) != NULL ? "\\%c" : "%c", *text);
        }
    }
}

static void add_zsh_option(const rs_option *option, unsigned command, rs_text *out)
{
    char help[RS_OPTION_HELP_BYTES];
    const bool takes_value = option->kind != RS_OPTION_FLAG;
    rs_text_printf(out, " \\\n            '%s--%s%s[", option->kind == RS_OPTION_MANY ? "*" : "",
                   option->name, takes_value ? "=" : "");
    add_zsh_text(rs_option_help(option, command, help), out);
    rs_text_add(out, "]");
    if (takes_value) {
        rs_text_add(out, ":");
        add_zsh_text(option->argument, out);
        rs_text words = {0};
        add_words(option, &words);
        if (option->path == RS_PATH_FOLDER) {
            rs_text_add(out, ":_files -/");
        } else if (words.length > 0 && option->path != RS_PATH_NONE) {
            rs_text_printf(out, ":{compadd -- %s; _files}", words.data);
        } else if (words.length > 0) {
            rs_text_printf(out, ":(%s)", words.data);
        } else if (option->path != RS_PATH_NONE && strchr(option->argument, '=') != NULL) {
            rs_text_add(out, ":{_files; compset -P 1 \\*= && _files}"); /* of NAME=FILE the file */
        } else {
            rs_text_add(out, option->path != RS_PATH_NONE ? ":_files" : ": ");
        }
        rs_text_pass_loss(&words, out);
        rs_text_clear(&words);
    }
    rs_text_add(out, "'");
}

static void add_zsh(rs_text *out)
{
    rs_text_add(out, "#compdef reassess\n"
                     "# zsh completion of reassess, made by: reassess help completion zsh\n"
                     "_reassess() {\n"
                     "    local -a commands=(");
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_text_printf(out, "\n        '%s:", rs_commands[i].name);
        add_zsh_text(rs_commands[i].summary, out);
        rs_text_add(out, "'");
    }
    rs_text_add(out, ")\n    if (( CURRENT == 2 )); then\n"
                     "        _describe command commands\n        return\n    fi\n"
                     "    local command=$words[2]\n"
                     "    shift words\n    (( CURRENT-- ))\n"
                     "    case $command in\n"
                     "    help)\n"
                     "        if [[ $words[2] == completion ]] && (( CURRENT > 2 )); then\n");
    rs_text_printf(out, "            compadd -- %s\n        else\n            compadd -- ", shells);
    add_topics(out);
    rs_text_add(out, "\n        fi ;;\n");
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        if (rs_commands[i].bit == RS_CMD_HELP) {
            continue;
        }
        rs_text_printf(out, "    %s)\n        _arguments -s", rs_commands[i].name);
        for (int id = 0; id < RS_OPTIONS; ++id) {
            if (takes(&rs_commands[i], &rs_options[id])) {
                add_zsh_option(&rs_options[id], (unsigned)rs_commands[i].bit, out);
            }
        }
        rs_text_add(out, " \\\n            '*:file:_files' ;;\n");
    }
    rs_text_add(out, "    esac\n}\n"
                     "if [[ $funcstack[1] == _reassess ]]; then\n    _reassess \"$@\"\nelse\n"
                     "    compdef _reassess reassess\nfi\n");
}

/* ---- fish ---- */

static void add_fish_text(const char *text, rs_text *out)
{
    for (; *text != '\0'; ++text) {
        rs_text_printf(out, strchr("'\\", *text) != NULL ? "\\%c" : "%c", *text);
    }
}

static void add_fish_option(const rs_command *command, const rs_option *option, rs_text *out)
{
    rs_text_printf(out, "complete -c reassess -n '__fish_seen_subcommand_from %s' -l %s",
                   command->name, option->name);
    if (option->letter != 0) {
        rs_text_printf(out, " -s %c", option->letter);
    }
    if (option->kind != RS_OPTION_FLAG) {
        rs_text_add(out, option->path != RS_PATH_NONE ? " -r -F -a '" : " -x -a '");
        add_words(option, out);
        rs_text_add(out, "'");
    }
    rs_text_add(out, " -d '");
    char help[RS_OPTION_HELP_BYTES];
    add_fish_text(rs_option_help(option, (unsigned)command->bit, help), out);
    rs_text_add(out, "'\n");
}

static void add_fish(rs_text *out)
{
    rs_text_add(out, "# fish completion of reassess, made by: reassess help completion fish\n");
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_text_printf(out, "complete -c reassess -n __fish_use_subcommand -f -a %s -d '",
                       rs_commands[i].name);
        add_fish_text(rs_commands[i].summary, out);
        rs_text_add(out, "'\n");
    }
    rs_text_add(out, "complete -c reassess -n '__fish_seen_subcommand_from help' -f -a '");
    add_topics(out);
    rs_text_printf(out, " %s'\n", shells);
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        for (int id = 0; id < RS_OPTIONS; ++id) {
            if (takes(&rs_commands[i], &rs_options[id])) {
                add_fish_option(&rs_commands[i], &rs_options[id], out);
            }
        }
    }
}

bool rs_help_completion(const char *shell, rs_text *out)
{
    if (strcmp(shell, "bash") == 0) {
        add_bash(out);
    } else if (strcmp(shell, "zsh") == 0) {
        add_zsh(out);
    } else if (strcmp(shell, "fish") == 0) {
        add_fish(out);
    } else {
        return false;
    }
    return true;
}
