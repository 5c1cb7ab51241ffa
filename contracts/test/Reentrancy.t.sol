// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Group, Release, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {Base} from "./support/Base.sol";
import {ContractReceiver} from "./support/ContractReceiver.sol";
import {vm} from "./support/Vm.sol";

/// @notice A merchant that is paid native coins gets control while the fee still lies in the deposit. Settled again at that
///         moment, the fee would be split a second time in the merchant's favour.
contract ReentrancyTest is Base {
    ContractReceiver private immutable wallet = new ContractReceiver();

    function _terms() private view returns (Terms memory) {
        return Terms(address(wallet), platform, RATE, 1);
    }

    function _order(uint256 amount) private view returns (Release memory) {
        return Release(address(0), address(wallet), amount, false, 1, block.timestamp);
    }

    function _batch() private view returns (Group[] memory groups) {
        groups = batchOf(address(0), 1);
        groups[0].receiver = address(wallet);
    }

    function _assertFeeIsPaid() private view {
        assertEq(wallet.reentries(), 0, "no way in");
        assertEq(address(wallet).balance, NET, "merchant");
        assertEq(platform.balance, FEE, "platform");
    }

    function setUp() public {
        vm.deal(factory.depositAddress(_terms()), PRICE);
    }

    function test_settle_cannotBeReenteredBySettle() public {
        wallet.callBack(address(factory), abi.encodeCall(factory.settle, (_terms(), address(0))));
        factory.settle(_terms(), address(0));
        _assertFeeIsPaid();
    }

    function test_settle_cannotBeReenteredByBatch() public {
        wallet.callBack(address(factory), abi.encodeCall(factory.settleBatch, (new Group[](0))));
        factory.settle(_terms(), address(0));
        _assertFeeIsPaid();
    }

    function test_settleBatch_cannotBeReenteredBySettle() public {
        wallet.callBack(address(factory), abi.encodeCall(factory.settle, (_terms(), address(0))));
        factory.settleBatch(_batch());
        _assertFeeIsPaid();
    }

    function test_settle_cannotBeReenteredByRelease() public {
        Terms memory held = Terms(address(wallet), platform, 0, 2);
        vm.deal(factory.depositAddress(held), FEE);
        Release memory order = _order(FEE);
        wallet.approve(factory.releaseDigest(held, order));
        wallet.callBack(address(factory), abi.encodeCall(factory.release, (held, order, "", "")));
        factory.settle(_terms(), address(0));
        _assertFeeIsPaid();
    }

    function test_release_cannotBeReenteredByBatch() public {
        Release memory order = _order(PRICE);
        wallet.approve(factory.releaseDigest(_terms(), order));
        wallet.callBack(address(factory), abi.encodeCall(factory.settleBatch, (new Group[](0))));
        factory.release(_terms(), order, "", "");
        _assertFeeIsPaid();
    }
}
