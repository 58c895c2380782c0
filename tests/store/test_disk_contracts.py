"""The stores on the disk keep the contracts of all stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_contracts import ImageStoreContract, LayerStoreContract, ReferenceStoreContract

from estiba.store import ImageStore, LayerStore, ReferenceStore
from estiba.store.disk import open_stores


class OnDisk:
    """Makes the stores of a home that is empty."""

    @pytest.fixture(autouse=True)
    def _home(self, tmp_path: Path) -> Iterator[None]:
        self.stores = open_stores(tmp_path)
        yield
        self.stores.close()


class TestDiskLayers(OnDisk, LayerStoreContract):
    def make(self) -> LayerStore:
        return self.stores.layers


class TestDiskImages(OnDisk, ImageStoreContract):
    def make(self) -> ImageStore:
        return self.stores.images


class TestDiskReferences(OnDisk, ReferenceStoreContract):
    def make(self) -> ReferenceStore:
        return self.stores.references
