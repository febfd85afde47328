"""Several files as channels of one log."""

SENTENCES = {
    "question": "{source}: {message}",
    "fix.no_users_meet": "No user has events of several sources: {examples}. Where they are the same people, their ids are "
    "written differently.",
    "fix.users_meet": "{n:,} users have events of several sources.",
    "fix.users_meet.one": "One user has events of several sources.",
    "fix.overlap": "{n:,} events of “{source}” equal one of “{first}” in user, item, type and time.",
    "fix.overlap.one": "One event of “{source}” equals one of “{first}” in user, item, type and time.",
    "fix.empty_source": "No event of “{source}” was kept, of {n:,} rows.",
    "fix.empty_source.one": "No event of “{source}” was kept, of one row.",
    "error.part_differs": "{path} has not the columns of {first}, of whose log it is a part: they differ in {columns}.",
    "error.part_differs.hint": "Name a source for each file, so that each is read as a channel of its own.",
    "error.times_and_none": "“{timed}” has times and “{untimed}” has only an order, so their events cannot be put in one order.",
    "error.times_and_none.hint": "Name the column of times of “{untimed}”, or import it by itself.",
    "error.recipe_of_others": "The recipe is for {n} channels ({sources}), and the files given make {found}.",
    "error.recipe_of_others.hint": "Give the files of the same channels, or name their sources.",
    "error.same_file": "{path} is given twice.",
    "error.same_file.hint": "Give each file once.",
    "error.empty_folder": "There is no file in {path}.",
    "error.empty_folder.hint": "Name a folder with files of one log, or the files themselves.",
    "error.sources": "{n} sources are named for {channels} channels in {files} files.",
    "error.sources.hint": "Name one source for each channel, or one for each file.",
    "error.bad_source": "“{found}” cannot name a source.",
    "error.bad_source.hint": "Use a name without “:” and “=”.",
    "error.unknown_source": "“{found}” is no file or source of this import; they are {known}.",
    "error.unknown_source.hint": "Write FILE:user=COLUMN,… with one of these.",
}
