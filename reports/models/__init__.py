"""What is rendered, and what is known of it afterwards."""

from reports.jobs import exports_storage as exports_storage  # migrations name it here
from reports.models.collection import CollectedLog as CollectedLog
from reports.models.collection import LogCollection as LogCollection
from reports.models.handout import Handout as Handout
from reports.models.leaving import LeavingPack as LeavingPack
from reports.models.log_export import LogExport as LogExport
from reports.models.log_export import LogExportQuerySet as LogExportQuerySet
from reports.models.pack import MadePack as MadePack
from reports.models.pack import Pack as Pack
from reports.models.seal import SealCertificate as SealCertificate
from reports.models.seal import SealCheck as SealCheck
from reports.models.statement import Statement as Statement
