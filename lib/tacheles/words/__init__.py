"""
Estimates into sentences: the only place where a number becomes text.

Every sentence is a whole message of the gettext catalogue `locale/<language>.po` with placeholders,
per metric and direction. A direction is named only if the interval of the change leaves out zero.

`spoken` is the language and its numbers, `phrases` what can be said, `sentences` what is said of
an estimate, `groups` of groups side by side, `foundation` what the first level lists, `tables` and
`findings` what a page lists, `summary` what it says first, `shown` how a cell shows it.
"""

from tacheles.words.findings import findings as findings
from tacheles.words.foundation import alignment_heads as alignment_heads
from tacheles.words.foundation import alignment_subtitle as alignment_subtitle
from tacheles.words.foundation import competencies as competencies
from tacheles.words.foundation import foundation_line as foundation_line
from tacheles.words.foundation import goals_headline as goals_headline
from tacheles.words.foundation import goals_table as goals_table
from tacheles.words.foundation import holidays as holidays
from tacheles.words.foundation import listed as listed
from tacheles.words.foundation import maturity_table as maturity_table
from tacheles.words.foundation import mend_first as mend_first
from tacheles.words.foundation import mission as mission
from tacheles.words.foundation import paths_subtitle as paths_subtitle
from tacheles.words.foundation import smart_table as smart_table
from tacheles.words.foundation import tools_table as tools_table
from tacheles.words.groups import groups_headline as groups_headline
from tacheles.words.groups import pair_subtitle as pair_subtitle
from tacheles.words.growth import Links as Links
from tacheles.words.growth import backlog_headline as backlog_headline
from tacheles.words.growth import cohorts_subtitle as cohorts_subtitle
from tacheles.words.growth import quarters_since as quarters_since
from tacheles.words.growth import waiting as waiting
from tacheles.words.sentences import difference as difference
from tacheles.words.sentences import headline as headline
from tacheles.words.sentences import interval as interval
from tacheles.words.sentences import name as name
from tacheles.words.sentences import name_of as name_of
from tacheles.words.sentences import quarters_later as quarters_later
from tacheles.words.sentences import sentence as sentence
from tacheles.words.sentences import signed as signed
from tacheles.words.sentences import subtitle as subtitle
from tacheles.words.shown import BottomLine as BottomLine
from tacheles.words.shown import Card as Card
from tacheles.words.shown import Shown as Shown
from tacheles.words.shown import Table as Table
from tacheles.words.shown import Text as Text
from tacheles.words.spoken import after as after
from tacheles.words.spoken import counted as counted
from tacheles.words.spoken import date as date
from tacheles.words.spoken import duration as duration
from tacheles.words.spoken import language as language
from tacheles.words.spoken import money as money
from tacheles.words.spoken import months as months
from tacheles.words.spoken import number as number
from tacheles.words.spoken import percent as percent
from tacheles.words.spoken import quarter as quarter
from tacheles.words.spoken import segment as segment
from tacheles.words.spoken import share_of as share_of
from tacheles.words.spoken import translated as translated
from tacheles.words.spoken import translations as translations
from tacheles.words.spoken import use as use
from tacheles.words.spoken import value as value
from tacheles.words.spoken import within as within
from tacheles.words.summary import bottom_line as bottom_line
from tacheles.words.summary import movements as movements
from tacheles.words.summary import setbacks as setbacks
from tacheles.words.tables import badges as badges
from tacheles.words.tables import built_from as built_from
from tacheles.words.tables import glossary as glossary
from tacheles.words.tables import inventory as inventory
from tacheles.words.tables import lacking as lacking
from tacheles.words.tables import not_yet as not_yet
from tacheles.words.tables import page_title as page_title
from tacheles.words.tables import restated as restated
from tacheles.words.tables import restated_question as restated_question
from tacheles.words.tables import service_hours as service_hours
from tacheles.words.tables import source as source
from tacheles.words.tables import table as table
from tacheles.words.tables import tells_the_same as tells_the_same
