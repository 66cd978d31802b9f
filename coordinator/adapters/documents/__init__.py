"""Forms as PDF and lists as spreadsheets."""

from coordinator.adapters.documents.package_guides import package_guide
from coordinator.adapters.documents.typst_documents import TypstDocuments
from coordinator.adapters.documents.workbooks import workbook

__all__ = ["TypstDocuments", "package_guide", "workbook"]
