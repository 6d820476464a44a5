# Builds and installs the extension through PGXS:
#   make && sudo make install                        the pg_config first in PATH
#   make PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config …
# Unit tests, fuzzers and sanitizer builds are CMakeLists.txt's; both read sources.list.

EXTENSION = moodle_fdw
EXT_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" moodle_fdw.control)
MODULE_big = moodle_fdw
OBJS = $(patsubst %.cpp,%.o,$(sort $(wildcard $(shell cat sources.list))))
INSTALL_SQL = sql/moodle_fdw--$(EXT_VERSION).sql
# The install scripts of older versions, as released; from each of them there is a way to this one.
DATA = $(wildcard sql/upgrade/moodle_fdw--*.sql)
UPDATE_SQL = $(DATA:sql/upgrade/%.sql=sql/%--$(EXT_VERSION).sql)
DATA_built = $(INSTALL_SQL) $(UPDATE_SQL)
PGFILEDESC = "moodle_fdw - foreign tables over Moodle web services"

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
CURL_CONFIG ?= curl-config

# `make WERROR=` for a compiler newer than those this was written with; EXTRA_CXXFLAGS come last.
WERROR ?= -Werror
WARNINGS = -Wall -Wextra $(WERROR)

# PostgreSQL's headers do not pass -Wextra under C++, hence -isystem. Before 16 PGDLLEXPORT is
# empty, and hidden visibility would hide the entry points too.
PG_CPPFLAGS = -Isrc \
	-isystem $(shell $(PG_CONFIG) --includedir-server) \
	'-DPGDLLEXPORT=__attribute__((visibility("default")))' \
	-DMOODLE_FDW_VERSION='"$(EXT_VERSION)"' \
	$(shell $(CURL_CONFIG) --cflags)
PG_CXXFLAGS = -std=c++20 -fexceptions -fvisibility=hidden -fvisibility-inlines-hidden \
	$(WARNINGS) -MMD -MP $(EXTRA_CXXFLAGS)
SHLIB_LINK = $(shell $(CURL_CONFIG) --libs) -lcrypto -lstdc++ \
	$(if $(filter linux,$(PORTNAME)),-Wl$(comma)--version-script=cmake/exports.map)
comma := ,

EXTRA_CLEAN = $(DATA_built) $(OBJS:.o=.d) $(OBJS:.o=.bc)

# REGRESS_OUT=DIRECTORY takes what pg_regress writes; through 15 it must hold expected/ too.
# `make installcheck` runs the schedule, `make installcheck REGRESS="one two"` these alone. From 16
# on pg_regress no longer takes answers from the working directory by itself.
PG_MAJOR := $(shell $(PG_CONFIG) --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
REGRESS ?= --schedule=test/schedule
REGRESS_OPTS = --inputdir=test $(if $(REGRESS_OUT),--outputdir=$(REGRESS_OUT))
ifeq ($(shell test $(PG_MAJOR) -ge 16 && echo yes),yes)
REGRESS_OPTS += --expecteddir=.
endif

# No bitcode: inlining C++ that waits on sockets into a query wins nothing and needs a matching
# clang. Set before PGXS so that it outlasts Makefile.global.
override with_llvm := no

include $(PGXS)

all: $(DATA_built)

# The list is read by the script; what it names is looked up here for the timestamps.
$(INSTALL_SQL): sql/pieces sql/assemble moodle_fdw.control $(wildcard sql/*/*.sql sql/*/tables/*.sql)
	sql/assemble $@

$(UPDATE_SQL): sql/%--$(EXT_VERSION).sql: sql/upgrade/%.sql $(INSTALL_SQL) $(wildcard sql/upgrade/*/*/*)
	sql/assemble $@ $<

moodle_fdw.so: cmake/exports.map

# A changed flag or version shows in the objects too.
$(OBJS): Makefile moodle_fdw.control

ifeq ($(filter clean installcheck,$(MAKECMDGOALS)),)
-include $(OBJS:.o=.d)
endif
