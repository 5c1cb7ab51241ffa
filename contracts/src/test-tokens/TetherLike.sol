// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LocalToken} from "./LocalToken.sol";

/// @title A coin like USDT on Ethereum: its functions return nothing, which a plain `IERC20` call takes for a failure
/// @notice As there, an allowance must be set to zero before it can be changed.
contract TetherLike is LocalToken {
    error AllowanceNotZero();

    constructor(string memory name_, string memory symbol_, uint8 decimals_) LocalToken(name_, symbol_, decimals_) {}

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _spend(from, amount);
        _move(from, to, amount);
    }

    function approve(address spender, uint256 amount) external {
        if (amount != 0 && allowance[msg.sender][spender] != 0) revert AllowanceNotZero();
        _approve(spender, amount);
    }
}
