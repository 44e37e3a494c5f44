/* help_completion.c - bash completion from the option table. */
#include "base/error.h"
#include "cli/help.h"

static rs_status add_values(rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error, "    case \"$previous\" in\n"));
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_option *option = &rs_options[id];
        if (option->kind == RS_OPTION_FLAG) {
            continue;
        }
        RS_TRY(rs_text_printf(out, error, "    --%s)\n", option->name));
        if (option->is_path) {
            RS_TRY(rs_text_printf(out, error,
                                  "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"));
        } else {
            char choices[RS_CHOICES_BYTES];
            RS_TRY(rs_text_printf(out, error,
                                  "        mapfile -t COMPREPLY < <(compgen -W '%s' -- "
                                  "\"$word\")\n",
                                  rs_choices_text(option, ' ', choices)));
        }
        RS_TRY(rs_text_printf(out, error, "        return ;;\n"));
    }
    return rs_text_printf(out, error, "    esac\n");
}

static rs_status add_options(rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error, "    case \"$command\" in\n"));
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        RS_TRY(rs_text_printf(out, error, "    %s) options='", rs_commands[i].name));
        for (int id = 0; id < RS_OPTIONS; ++id) {
            if ((rs_options[id].commands & rs_commands[i].bit) != 0) {
                RS_TRY(rs_text_printf(out, error, "--%s ", rs_options[id].name));
            }
        }
        RS_TRY(rs_text_printf(out, error, "' ;;\n"));
    }
    return rs_text_printf(out, error, "    esac\n");
}

rs_status rs_help_completion(rs_text *out, rs_error *error)
{
    RS_TRY(rs_text_printf(out, error,
                          "# bash completion of reassess, made by: reassess help completion\n"
                          "_reassess() {\n"
                          "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                          "    local previous=${COMP_WORDS[COMP_CWORD-1]}\n"
                          "    local command=${COMP_WORDS[1]} options=''\n"
                          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                          "        mapfile -t COMPREPLY < <(compgen -W '"));
    for (size_t i = 0; i < RS_COMMANDS; ++i) {
        RS_TRY(rs_text_printf(out, error, "%s ", rs_commands[i].name));
    }
    RS_TRY(rs_text_printf(out, error, "' -- \"$word\")\n        return\n    fi\n"));
    RS_TRY(add_values(out, error));
    RS_TRY(add_options(out, error));
    return rs_text_printf(out, error,
                          "    if [[ $word == -* ]]; then\n"
                          "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
                          "    else\n"
                          "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
                          "    fi\n"
                          "}\n"
                          "complete -o filenames -F _reassess reassess\n");
}
