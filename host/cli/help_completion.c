/* help_completion.c - bash completion from the option table. */
#include "cli/help.h"

static void add_values(rs_text *out)
{
    rs_text_printf(out, "    case \"$previous\" in\n");
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option *option = &rs_options[id];
        if (option->kind == RS_OPTION_FLAG) {
            continue;
        }
        rs_text_printf(out, "    --%s)\n", option->name);
        if (option->path != RS_PATH_NONE) {
            rs_text_printf(out, "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n");
        } else {
            char choices[RS_CHOICES_BYTES];
            rs_text_printf(out,
                           "        mapfile -t COMPREPLY < <(compgen -W '%s' -- "
                           "\"$word\")\n",
                           rs_choices_text(option, ' ', choices));
        }
        rs_text_printf(out, "        return ;;\n");
    }
    rs_text_printf(out, "    esac\n");
}

static void add_options(rs_text *out)
{
    rs_text_printf(out, "    case \"$command\" in\n");
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_text_printf(out, "    %s) options='", rs_commands[i].name);
        for (int id = 0; id < RS_OPTIONS; ++id) {
            if ((rs_options[id].commands & rs_commands[i].bit) != 0) {
                rs_text_printf(out, "--%s ", rs_options[id].name);
            }
        }
        rs_text_printf(out, "' ;;\n");
    }
    rs_text_printf(out, "    esac\n");
}

void rs_help_completion(rs_text *out)
{
    rs_text_printf(out, "# bash completion of reassess, made by: reassess help completion\n"
                        "_reassess() {\n"
                        "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                        "    local previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                        "    local command=${COMP_WORDS[1]} options=''\n"
                        "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                        "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        rs_text_printf(out, "%s ", rs_commands[i].name);
    }
    rs_text_printf(out, "' -- \"$word\")\n        return\n    fi\n");
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
